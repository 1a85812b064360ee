/* The page of a report: its language, its theme, its plots. Nothing is fetched. */
"use strict";

const root = document.documentElement;
const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* in a sandbox nothing is kept */ } };
const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const data = (id) => JSON.parse(document.getElementById(id).textContent);

/* Who opens it may say behind # how: "en", "dark". */
const asked = location.hash.slice(1).split(",");
const askedFor = (...names) => names.find((name) => asked.includes(name));
let language = askedFor("vi", "en") ?? (kept("saigon115.language") === "en" ? "en" : "vi");
let theme = askedFor("dark", "light") ?? kept("saigon115.theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
let isDrawn = false;

const plotsText = document.getElementById("plots")?.textContent ?? "{}";
const COLOURS = {
  dark: { "#010203": "#e6edf3", "#010204": "#0b0f14", "#010205": "#2a323c", grid: "#232c36" },
  light: { "#010203": "#16222c", "#010204": "#ffffff", "#010205": "#dddddd", grid: "#e4e8ec" },
};

/** The plots' own text in this language and this theme. */
function plots(shown) {
  let text = plotsText.replace(/⟦([^¦⟧]*)¦([^⟧]*)⟧/g, language === "vi" ? "$1" : "$2");
  for (const [mark, colour] of Object.entries(COLOURS[shown])) text = text.replaceAll(`"${mark}"`, `"${colour}"`);
  return JSON.parse(text);
}

function dressed(layout, shown) {
  const { grid } = COLOURS[shown];
  const ink = COLOURS[shown]["#010203"];
  const dressed = { ...layout, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true };
  dressed.font = { ...layout.font, color: ink };
  for (const axis of Object.keys(layout).filter((key) => /^[xy]axis/.test(key)).concat("xaxis", "yaxis")) {
    dressed[axis] = { gridcolor: grid, linecolor: grid, zerolinecolor: grid, automargin: true, ...layout[axis] };
  }
  return dressed;
}

const LONGEST_ON_A_PHONE = 16;

/** On a phone, narrow margins, and long names of lying bars cut short: the mark under the finger has the whole. */
function narrowed(layout, traces) {
  if (innerWidth >= 700) return layout;
  const found = { ...layout, margin: { ...layout.margin, l: 44, r: 30 } };
  const [bar] = traces;
  if (bar?.orientation !== "h") return found;
  const short = bar.y.map((name) => (name.length > LONGEST_ON_A_PHONE ? `${name.slice(0, LONGEST_ON_A_PHONE - 1)}…` : name));
  found.yaxis = { ...layout.yaxis, tickvals: bar.y, ticktext: short };
  return found;
}

/** What the drawing library says by itself: its buttons, and how numbers and days are written. */
const VIETNAMESE = {
  moduleType: "locale",
  name: "vi",
  dictionary: {
    "Download plot as a PNG": "Tải hình (PNG)", "Zoom": "Chọn vùng để phóng", "Pan": "Kéo", "Zoom in": "Gần hơn",
    "Zoom out": "Xa hơn", "Autoscale": "Vừa khung", "Reset axes": "Như ban đầu", "Box Select": "Chọn vùng",
    "Lasso Select": "Chọn tự do", "Double-click to zoom back out": "Nhấp đúp để thu lại",
  },
  format: { decimal: ",", thousands: ".", currency: ["", " ₫"], date: "%d/%m/%Y" },
};

function draw(shown = theme) {
  if (!isDrawn) return;
  for (const [name, plot] of Object.entries(plots(shown))) {
    const layout = { ...narrowed(dressed(plot.layout, shown), plot.data), separators: language === "vi" ? ",." : ".," };
    Plotly.react(`plot-${name}`, plot.data, layout, { responsive: true, displaylogo: false, locale: language });
  }
}

function show() {
  root.lang = language;
  root.dataset.theme = theme;
  document.getElementById("language").textContent = language === "vi" ? "English" : "Tiếng Việt";
  const word = { dark: ["Sáng", "Light"], light: ["Tối", "Dark"] }[theme];
  document.getElementById("theme").textContent = word[language === "vi" ? 0 : 1];
  for (const told of document.querySelectorAll(`[data-${language}]`)) {
    if (told.matches("option")) told.textContent = told.dataset[language];
    else told.setAttribute("aria-label", told.title = told.dataset[language]);
  }
  draw();
  dispatchEvent(new CustomEvent("shown"));
}

document.getElementById("language").onclick = () => {
  language = language === "vi" ? "en" : "vi";
  keep("saigon115.language", language);
  show();
};
document.getElementById("theme").onclick = () => {
  theme = theme === "dark" ? "light" : "dark";
  keep("saigon115.theme", theme);
  show();
};
document.getElementById("print").onclick = () => print();
addEventListener("beforeprint", () => { root.dataset.theme = "light"; draw("light"); });
addEventListener("afterprint", show);
addEventListener("keydown", (event) => {
  if (!(event.target instanceof Element)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  if (event.key === "l") document.getElementById("language").click();
  if (event.key === "t") document.getElementById("theme").click();
});
show();

/** The drawing library is packed in this page; unpacking it takes a moment. */
async function unpack() {
  const packed = document.getElementById("library");
  if (!packed) return;
  const bytes = Uint8Array.from(atob(packed.textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  Plotly.register(VIETNAMESE);
  isDrawn = true;
  draw();
}

unpack().catch((error) => {
  const told = document.getElementById("undrawn");
  told.hidden = false;
  told.append(` (${error})`);
});
