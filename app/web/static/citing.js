/* Citing beside the story, and copying with one press. Without this file every reference is a page of its own. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const SILENT = ".anchor, .footnote-ref, .footnote-back, .at", MOST = 1500;
  const typing = (node) => node.matches?.("input:not([type=checkbox]), textarea, select") || node.isContentEditable;
  let hush;
  function say(words) {
    const line = one("dialog[open] .said-here") ?? one("#said");
    line.textContent = words;
    clearTimeout(hush);
    hush = setTimeout(() => { line.textContent = ""; }, 4000);
  }

  /* Copied as it looks, and as plain text for what takes no more. An archive without https has the older way. */
  async function copy(node) {
    const plain = node.matches("pre") ? node.textContent : node.innerText.trim();
    try {
      if (node.matches("pre, a")) await navigator.clipboard.writeText(plain);
      else await navigator.clipboard.write([new ClipboardItem({ "text/html": new Blob([node.innerHTML], { type: "text/html" }), "text/plain": new Blob([plain], { type: "text/plain" }) })]);
      return true;
    } catch {
      getSelection().selectAllChildren(node);
      return document.execCommand("copy");
    }
  }
  const ready = (root) => all("[data-copy]", root).forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) say(await copy(one(button.dataset.copy, button.closest(".citing"))) ? "Copied" : "It is chosen: copy it with Ctrl+C");
  });
  ready(document);

  const leaf = one("[data-cites]"), story = () => one(".story");
  /* A link to a passage that stands here no longer: the archive knows where it stood. */
  const wanted = /^#p-[0-9a-z]{6}(-\d+)?$/i.test(location.hash) && one(".source [data-full]");
  if (wanted && leaf && !one("[data-missing]") && !document.getElementById(location.hash.slice(1))) location.replace(`${leaf.dataset.cites.replace(/\/cite$/, "")}?at=${location.hash.slice(1)}`);
  if (!leaf) return;

  /* The panel is the page for citing, without what is around it. */
  const panel = document.createElement("dialog");
  panel.className = "panel"; panel.setAttribute("aria-labelledby", "cite-panel");
  document.body.append(panel);
  const STYLE = "storyhold-style", kept = { get: () => { try { return localStorage.getItem(STYLE); } catch { return null; } }, set: (style) => { try { localStorage.setItem(STYLE, style); } catch { /* asked anew each time */ } } };
  function inHerStyle(address) {
    const url = new URL(address, location.href), asked = url.searchParams.get("style");
    if (asked) kept.set(asked);
    else if (kept.get()) url.searchParams.set("style", kept.get());
    return url.href;
  }
  async function show(asked) {
    const address = inHerStyle(asked);
    try {
      const answer = await fetch(address), page = new DOMParser().parseFromString(await answer.text(), "text/html"), found = one("#citing", page);
      if (!answer.ok || !found) throw new Error();
      const bar = document.createElement("div"), shut = document.createElement("button"), said = document.createElement("p");
      bar.className = "bar"; shut.className = "btn quiet"; shut.textContent = "Close"; shut.type = "button"; said.className = "said-here meta"; said.setAttribute("role", "status");
      shut.addEventListener("click", () => panel.close());
      bar.append(said, shut);
      panel.replaceChildren(bar, document.adoptNode(found));
      one("h1", found).id = "cite-panel";
      ready(found);
      if (one("#fold")?.open) all("details.fold", found).forEach((fold) => { fold.open = true; });  // she reads them beside it
      if (!panel.open) panel.showModal();
      panel.scrollTop = 0;
      one("h1", found).focus();
    } catch { location.assign(address); }
  }
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  panel.addEventListener("submit", (event) => {
    if (event.target.method === "post") return;  // it leads away, and its words are in no address
    event.preventDefault();
    show(`${event.target.action}?${new URLSearchParams(new FormData(event.target))}`);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-cite], .panel .ways a");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    show(link.href);
  });

  /* Words that somebody chose: of each passage in which they stand; closed ones are not among them. */
  function chosen() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const parts = all(".passage[id]", story()).filter((one) => range.intersectsNode(one) && !one.closest("div.closed")).map((passage) => ({ anchor: passage.id, words: wordsIn(range, passage) })).filter((one) => one.words);
    const text = parts.map((one) => one.words).join("\n\n");
    return text && { anchor: parts[0].anchor, to: parts.at(-1).anchor, words: text.length > MOST ? "" : text, range };
  }
  function wordsIn(range, passage) {
    const inside = range.cloneRange();
    if (!passage.contains(range.startContainer)) inside.setStart(passage, 0);
    if (!passage.contains(range.endContainer)) inside.setEnd(passage, passage.childNodes.length);
    const words = inside.cloneContents();
    all(SILENT, words).forEach((node) => node.remove());
    all("td, th", words).forEach((node) => node.append(" "));
    return words.textContent.replace(/\s+/gu, " ").trim();
  }
  function address({ anchor, to, words }) {
    return `${leaf.dataset.cites}?${new URLSearchParams({ at: anchor, ...(to && to !== anchor ? { to } : {}), ...(words ? { words } : {}) })}`;
  }
  const offer = Object.assign(document.createElement("button"), { className: "btn cite-words", textContent: "Cite these words", type: "button", hidden: true });
  const marker = one("#marker");
  let held = null;
  function offered() {
    held = chosen();
    offer.hidden = !held;
    if (!held || marker) return;
    const { bottom, left } = held.range.getBoundingClientRect();
    offer.style.top = `${bottom + scrollY + 6}px`;
    offer.style.left = `${Math.min(Math.max(8, left), innerWidth - 170) + scrollX}px`;
  }
  offer.addEventListener("click", () => { if (held) show(address(held)); });
  if (marker) one(".acts", marker).append(Object.assign(offer, { className: "btn quiet" }));
  else document.body.append(offer);
  for (const event of ["pointerup", "touchend", "keyup"]) document.addEventListener(event, (happened) => {
    if (!offer.contains(happened.target) && !marker?.contains(happened.target) && !panel.contains(happened.target)) setTimeout(offered);
  });

  /* The passage that she came for, while it is in sight. */
  function arrived() {
    const target = one(".story .passage:target"), { top, bottom } = target?.getBoundingClientRect() ?? {};
    return bottom > 0 && top < innerHeight ? target : null;
  }
  const single = () => { try { return localStorage.getItem("storyhold-keys") !== "no"; } catch { return true; } };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || panel.open || !single()) return;
    const passage = document.activeElement.closest(".story .passage") ?? arrived(), words = chosen();
    if (marker?.contains(event.target) || (!words && !passage)) return;
    event.preventDefault();
    show(address(words || { anchor: passage.id }));
  });
})();
