/* The numbers behind a plot as a CSV file that spreadsheets open: made in the page, nothing is fetched. */
"use strict";

/** A row a mark: which line, where it stands, how much it says. Of wards the figures, not the outlines. */
function rowsOf({ data, layout }) {
  const named = (axis, else_) => layout[axis]?.title?.text || else_;
  const own = data.filter((trace) => Array.isArray(trace.meta) && !trace.z);
  if (own.length) return [["name", "value", "n"], ...own.map((trace) => trace.meta)];
  const [first] = data; // the first of them, and mostly the only one
  if (first.z) {
    const cells = first.y.flatMap((day, row) => first.x.map((hour, at) => [day, hour, first.z[row][at], first.customdata[row][at]]));
    return [[named("yaxis", "y"), named("xaxis", "x"), ...first.meta], ...cells];
  }
  if (first.orientation === "h") return [["name", "value", "note"], ...first.y.map((name, at) => [name, first.x[at], first.text[at]])];
  const marks = data.flatMap((one) => one.x.map((x, at) => [one.name ?? "", x, one.y[at], one.text?.[at] ?? ""]));
  return [["series", named("xaxis", "x"), named("yaxis", "y"), "note"], ...marks];
}

const cell = (value) => {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

for (const button of document.querySelectorAll("[data-csv]")) {
  button.onclick = () => {
    const name = button.dataset.csv;
    const text = rowsOf(plots(theme)[name]).map((row) => row.map(cell).join(",")).join("\r\n");
    const link = document.createElement("a");
    link.download = `${name}.csv`;
    const address = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    link.setAttribute("href", address);
    link.click();
    URL.revokeObjectURL(address);
  };
}
