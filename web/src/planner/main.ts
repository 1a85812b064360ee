import { mount } from "svelte";
import "../app.css";
import { speech } from "../i18n/index.svelte";
import { ui } from "../store/ui.svelte";
import Page from "./Page.svelte";

ui.setTheme(ui.theme);
speech.set(speech.language);
mount(Page, { target: document.getElementById("app")! });
