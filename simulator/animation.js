/* Some hours as moving pictures on a canvas: units along their ways, calls as they come, wait and are reached. */
"use strict";

(() => {
  const box = document.getElementById("film");
  if (!box) return;
  const film = data("film-data");
  const canvas = box.querySelector("canvas");
  const slider = box.querySelector("input");
  const [which, speed] = box.querySelectorAll("select");
  const play = box.querySelector("[data-play]");
  const clock = box.querySelector("[data-clock]");
  const told = box.querySelector("[data-told]");
  const LEVELS = { 1: "#ff5d5d", 2: "#f08c2e", 3: "#e0b51c", 4: "#3fae62" };
  /* waits · drives to post · goes · on scene · conveys · at hospital · rests · off */
  const STATES = ["#2fa866", "#7f9c8b", "#e0a800", "#e0483d", "#9a6ee0", "#3f8ac2", "#8b8f96", null];
  const NAMES = {
    vi: ["rảnh, ở trạm", "rảnh, trên đường", "đang tới", "tại hiện trường", "đang chở", "tại bệnh viện", "đang nghỉ"],
    en: ["free at its post", "free on the road", "under way", "on scene", "conveying", "at hospital", "resting"],
  };
  const SHAPES = { 1: 3, 2: 4, 3: 5, 4: 0 };
  let at = 0, isOn = false, before = 0, view = null, near = 1, off = [0, 0], grip = null;

  const film_ = () => film.windows[Number(which.value)];
  const length = () => film_().until_s - film_().from_s;

  function fit() {
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const seen = film.windows.flatMap((one) => one.calls);
    const xs = (seen.length > 5 ? seen : film.stations).map((one) => one[0]);
    const ys = (seen.length > 5 ? seen : film.stations).map((one) => one[1]);
    const wide = Math.cos((10.78 * Math.PI) / 180);
    const [x0, x1, y0, y1] = [quantile(xs, 0.05), quantile(xs, 0.95), quantile(ys, 0.05), quantile(ys, 0.95)];
    const whole = Math.min(width / Math.max((x1 - x0) * wide, 1), height / Math.max(y1 - y0, 1)) / 1.25;
    const scale = whole * ratio * near;
    view = (x, y) => [
      canvas.width / 2 + (x - (x0 + x1) / 2) * wide * scale + off[0] * ratio,
      canvas.height / 2 - (y - (y0 + y1) / 2) * scale + off[1] * ratio,
    ];
  }

  /** Nearer or farther; the middle of the picture stays. */
  function zoom(by) {
    const next = Math.max(0.3, Math.min(12, near * by));
    off = off.map((one) => (one * next) / near);
    near = next;
    view = null;
    drawAll();
  }

  const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.round(share * (values.length - 1))];

  function drawAll() {
    if (!view) fit();
    const pen = canvas.getContext("2d"), ratio = devicePixelRatio || 1, isDark = root.dataset.theme === "dark";
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = ratio * 0.7;
    pen.strokeStyle = isDark ? "#2c3742" : "#d3d9df";
    pen.beginPath();
    for (const ring of film.ground) {
      for (let i = 0; i < ring.length; i += 2) {
        const [x, y] = view(ring[i], ring[i + 1]);
        if (i) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      }
    }
    pen.stroke();
    pen.fillStyle = isDark ? "#52606e" : "#a8b2bc";
    for (const [x, y] of film.stations) square(pen, ...view(x, y), 2.6 * ratio);
    const counts = { waiting: 0, late: 0, units: new Array(8).fill(0) };
    for (const call of film_().calls) drawCall(pen, call, ratio, counts, isDark);
    for (const unit of film_().units) drawUnit(pen, unit, ratio, counts, isDark);
    say(counts);
  }

  function drawCall(pen, [x, y, level, came, accepted, reached], ratio, counts, isDark) {
    if (at < came || (reached !== null && at > reached + 300)) return;
    const isReached = reached !== null && at >= reached, waits = accepted === null || at < accepted;
    if (waits) counts.waiting++;
    const [px, py] = view(x, y), size = (isReached ? 4 : 6.5) * ratio;
    pen.globalAlpha = isReached ? 0.45 : 1;
    pen.fillStyle = pen.strokeStyle = LEVELS[level];
    pen.lineWidth = 1.6 * ratio;
    sign(pen, px, py, size, SHAPES[level]);
    if (waits && !isReached) pen.stroke();
    else pen.fill();
    if (waits) {
      pen.beginPath();
      pen.arc(px, py, size * (1.5 + 0.5 * Math.sin(at / 12)), 0, 7);
      pen.stroke();
    }
    if (!isReached) {
      pen.fillStyle = isDark ? "#e6edf3" : "#16222c";
      pen.font = `${11 * ratio}px system-ui`;
      pen.fillText(`${Math.floor((at - came) / 60)}′`, px + size + 3 * ratio, py + 4 * ratio);
    }
    pen.globalAlpha = 1;
  }

  function sign(pen, x, y, size, corners) {
    pen.beginPath();
    if (!corners) pen.arc(x, y, size * 0.8, 0, 7);
    else if (corners === 5) pen.rect(x - size * 0.8, y - size * 0.8, size * 1.6, size * 1.6);
    else {
      for (let i = 0; i < corners; i++) {
        const turn = (2 * Math.PI * i) / corners - Math.PI / 2;
        pen[i ? "lineTo" : "moveTo"](x + size * Math.cos(turn), y + size * Math.sin(turn));
      }
    }
    pen.closePath();
  }

  function drawUnit(pen, [, kind, legs], ratio, counts, isDark) {
    const leg = legs.find(([begins, ends]) => at >= begins && at < ends);
    if (!leg) return;
    const [begins, ends, x0, y0, x1, y1, what] = leg;
    counts.units[what]++;
    if (!STATES[what]) return;
    const share = ends > begins ? (at - begins) / (ends - begins) : 1;
    const [px, py] = view(x0 + share * (x1 - x0), y0 + share * (y1 - y0));
    pen.fillStyle = pen.strokeStyle = STATES[what];
    if (what === 2 || what === 4) {
      pen.globalAlpha = 0.5;
      pen.lineWidth = 1.2 * ratio;
      pen.beginPath();
      pen.moveTo(px, py);
      pen.lineTo(...view(x1, y1));
      pen.stroke();
      pen.globalAlpha = 1;
    }
    pen.beginPath();
    pen.arc(px, py, (kind === 1 ? 2.6 : 4) * ratio, 0, 7);
    pen.fill();
    pen.lineWidth = ratio;
    pen.strokeStyle = isDark ? "#0b0f14" : "#fff";
    pen.stroke();
  }

  function square(pen, x, y, size) {
    pen.fillRect(x - size, y - size, 2 * size, 2 * size);
  }

  function say(counts) {
    const local = new Date((film.start_s + film_().from_s + at) * 1000).toISOString();
    clock.textContent = `${local.slice(0, 10)} ${local.slice(11, 16)}`;
    slider.value = at;
    slider.setAttribute("aria-valuetext", clock.textContent);
    const names = NAMES[language];
    const parts = counts.units.slice(0, 7).map((count, i) => (count ? `<i style="background:${STATES[i]}"></i>${names[i]} ${count}` : ""));
    const waiting = language === "vi" ? "ca chờ kíp nhận" : "calls waiting";
    told.innerHTML = `<b>${counts.waiting}</b> ${waiting} · ${parts.filter(Boolean).join(" · ")}`;
  }

  function turn(now) {
    if (!isOn) return;
    at += Math.min(0.1, (now - before) / 1000) * Number(speed.value);
    before = now;
    if (at >= length()) {
      at = length() - 1;
      set(false);
    }
    drawAll();
    requestAnimationFrame(turn);
  }

  function set(next) {
    isOn = next;
    play.textContent = isOn ? "❚❚" : "▶";
    play.setAttribute("aria-pressed", isOn);
    if (isOn) {
      if (at >= length() - 1) at = 0;
      before = performance.now();
      requestAnimationFrame(turn);
    }
  }

  function begin() {
    slider.max = length() - 1;
    at = 0;
    drawAll();
  }

  play.onclick = () => set(!isOn);
  slider.oninput = () => { at = Number(slider.value); drawAll(); };
  which.onchange = begin;
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    grip = [event.clientX - off[0], event.clientY - off[1]];
  };
  canvas.onpointermove = (event) => {
    if (!grip) return;
    off = [event.clientX - grip[0], event.clientY - grip[1]];
    view = null;
    drawAll();
  };
  canvas.onpointerup = canvas.onpointercancel = () => { grip = null; };
  for (const button of box.querySelectorAll("[data-zoom]")) button.onclick = () => zoom(Number(button.dataset.zoom));
  box.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") zoom(1.4);
    if (event.key === "-") zoom(1 / 1.4);
    if (event.key !== " " || event.target.matches("select, button")) return;
    event.preventDefault();
    set(!isOn);
  });
  addEventListener("resize", () => { view = null; drawAll(); });
  addEventListener("shown", drawAll);
  begin();
})();
