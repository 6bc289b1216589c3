// A wall turns through its slides, and takes in what is new; what is gone from the archive is gone from here.
"use strict";
(() => {
  const root = document.documentElement, wall = document.getElementById("wall");
  const holder = document.getElementById("slides"), buttons = document.getElementById("buttons");
  const place = document.getElementById("place"), lost = document.getElementById("lost");
  const SECONDS = 12, EACH = 3, BLIND = 45;  // a slide stands; is asked again; without an answer nothing is shown
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let line = null, asking = false, asked = Date.now();
  let now = 0, paused = still.matches, since = Date.now(), heard = Date.now(), mark = wall.dataset.mark;

  const slides = () => [...holder.querySelectorAll(".slide")];

  function show(index, told) {
    const all = slides();
    now = all.length ? (index + all.length) % all.length : 0;
    all.forEach((one, at) => one.classList.toggle("now", at === now));
    since = Date.now();
    tell(told);
  }

  function tell(told) {
    const pause = buttons.querySelector("[data-do=pause]");
    pause.textContent = paused ? "Go on" : "Pause";
    const many = slides().filter((one) => one.id).length;
    const words = many ? `${now + 1} of ${many}` : "";
    if (told || paused) place.setAttribute("aria-live", "polite"); else place.setAttribute("aria-live", "off");
    place.textContent = paused ? `${words}, paused` : words;
  }

  const DOING = {
    back: () => show(now - 1, true),
    next: () => show(now + 1, true),
    pause: () => { paused = !paused; since = Date.now(); tell(true); },
    whole: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.().catch(() => {}),
  };
  const KEYS = { ArrowLeft: "back", PageUp: "back", ArrowRight: "next", PageDown: "next", " ": "pause", f: "whole" };

  buttons.addEventListener("click", (event) => DOING[event.target.closest("[data-do]")?.dataset.do]?.());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.closest("button, a")) return;  // it presses that
    if (event.key === "Home" || event.key === "End") { event.preventDefault(); return show(event.key === "Home" ? 0 : -1, true); }
    const what = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (what) { event.preventDefault(); DOING[what](); }
  });

  function take(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const wanted = fresh.getElementById("wall");
    if (!wanted) return;
    mark = wanted.dataset.mark;
    const before = slides(), kept = before[now]?.id, known = new Set(before.map((one) => one.id));
    holder.replaceChildren(...fresh.getElementById("slides").children);
    const all = slides(), at = all.findIndex((one) => one.id && one.id === kept);
    const added = all.findIndex((one) => one.classList.contains("cell") && !known.has(one.id));
    if (added >= 0 && !paused) return show(added);
    if (at < 0) return show(Math.min(now, all.length - 1));
    const stood = since;
    show(at);
    since = stood;
    all[at].style.animation = "none";
  }

  function blank(why) {
    holder.replaceChildren();
    lost.textContent = why;
    lost.hidden = false;
  }

  async function ask() {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch(wall.dataset.address, { headers: { "If-None-Match": `"${mark}"` }, cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (answer.status === 404 || answer.status === 410 || answer.redirected) {
        clearInterval(looking);
        line?.close();
        return blank("This wall is not shown any more.");
      }
      if (answer.status === 200) take(await answer.text());
      if (answer.status === 200 || answer.status === 304) { heard = Date.now(); lost.hidden = true; }
    } catch { /* asked again soon */ } finally { asking = false; }
    if (Date.now() - heard > BLIND * 1000) { mark = ""; blank("The line to the archive is lost, so nothing is shown. It is tried again."); }
  }

  const looking = setInterval(() => {
    if (!paused && Date.now() - since > SECONDS * 1000 && slides().length > 1) show(now + 1);
    if (Date.now() - asked > EACH * 1000) { asked = Date.now(); ask(); }
  }, 500);
  if (wall.dataset.live) {
    line = new EventSource(wall.dataset.live);
    line.addEventListener("message", () => { asked = Date.now(); ask(); });
    line.addEventListener("over", () => line.close());
  }

  root.classList.add("turning");
  buttons.hidden = false;
  show(Math.max(0, slides().findIndex((one) => location.hash && `#${one.id}` === location.hash)));
})();
