/* While quotations of a file are looked for: how far it is, in the window's title and aloud now and then. The page says it without this file, too. */
"use strict";
(() => {
  const EVERY = 10_000; /* milliseconds between what is read aloud */
  const heard = document.createElement("p"), title = document.title;
  let spoken = Date.now(), seen = -1;
  heard.className = "hush";
  heard.setAttribute("role", "status");

  function look() {
    const list = document.querySelector(".traces");
    if (!list || list.children.length === seen) return; /* the title is a part of what is watched */
    seen = list.children.length;
    if (!heard.isConnected) list.before(heard);
    const told = `${seen} of ${list.dataset.all}`;
    document.title = `${told} · ${title}`;
    if (Date.now() - spoken < EVERY) return;
    spoken = Date.now();
    heard.textContent = `${told} paragraphs looked for`;
  }
  const watched = new MutationObserver(look);
  watched.observe(document.documentElement, { childList: true, subtree: true });
  function ended() {
    watched.disconnect();
    document.title = title;
    const list = document.querySelector(".traces"), broken = list && !document.querySelector(".whole");
    heard.textContent = broken ? `It stopped after ${list.children.length} of ${list.dataset.all} paragraphs. Please send the file again.` : "";
    if (broken) { heard.className = "wrong"; list.after(heard); }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ended); else ended();
})();
