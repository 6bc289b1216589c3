/* Exit this page: works as a link without this file. With it the page goes blank at once, leaves no entry
   in the history behind, and Shift pressed three times does the same. Not Escape: a fourth press of it would
   stop the page that one flees to from loading. */
"use strict";
(() => {
  const way = document.querySelector("#exit"), line = document.querySelector("#said");
  const WITHIN = 5000; // milliseconds between two presses
  if (!way) return;
  for (const hint of document.querySelectorAll("[data-exit]")) hint.hidden = false;

  function leave() {
    document.title = "…";
    document.documentElement.classList.add("gone");
    location.replace(way.href);
  }
  way.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave();
  });

  let pressed = 0, alone = false, waiting;
  function forget(words = "") {
    clearTimeout(waiting);
    if (pressed && words) line.textContent = words;
    pressed = 0;
  }
  document.addEventListener("keydown", (event) => {
    alone = event.key === "Shift";
    if (!alone) forget();
  });
  document.addEventListener("pointerdown", () => { alone = false; });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone || event.ctrlKey || event.altKey || event.metaKey) return;
    clearTimeout(waiting);
    pressed += 1;
    if (pressed === 3) { line.textContent = "Leaving this page."; return leave(); }
    line.textContent = pressed === 1 ? "Shift, press 2 more times to exit." : "Shift, press 1 more time to exit.";
    waiting = setTimeout(forget, WITHIN, "Exit this page: no longer waiting for Shift.");
  });
  addEventListener("pageshow", () => document.documentElement.classList.remove("gone"));
})();
