import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { speech } from "./i18n/index.svelte";
import { ui } from "./store/ui.svelte";

ui.setTheme(ui.theme);
speech.set(speech.language);
mount(App, { target: document.getElementById("app")! });
