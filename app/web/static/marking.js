/* Marking with mouse, finger or keys. Without this file each passage has a form of its own. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const SILENT = ".anchor, .footnote-ref, .footnote-back, .at";
  const typing = (node) => node.matches?.("input:not([type=checkbox]), textarea, select") || node.isContentEditable;
  const say = (words) => { const line = one("#said"); line.textContent = words; setTimeout(() => { if (line.textContent === words) line.textContent = ""; }, Math.max(5000, 90 * words.length)); };

  const panel = one("#marker"), form = panel || one("form:has(#themes)");
  if (!form) return;

  /* What was done in this sitting, by story: a quote's own page adds to it, the story's page goes back in it. */
  const kept = (path) => { try { return JSON.parse(sessionStorage.getItem(`storyhold-marks ${path}`)) || [[], []]; } catch { return [[], []]; } };
  const keepOf = (path, steps) => { try { sessionStorage.setItem(`storyhold-marks ${path}`, JSON.stringify(steps)); } catch { /* nothing to keep it in */ } };
  if (form.dataset.change) form.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[name=do][value=remove]")) return;
    const path = new URL(form.dataset.change, location).pathname, [past] = kept(path), stays = one("[name=stays]", form);
    const said = (value, checked) => ({ themes: value(one("#themes", form)), note: value(one("#note", form)), stays: checked ? "yes" : "" });
    const before = said((field) => field.defaultValue, stays.defaultChecked), after = said((field) => field.value, stays.checked);
    if (JSON.stringify(before) !== JSON.stringify(after)) keepOf(path, [[...past, { do: "save", undo: "save", ids: [form.action.split("/").at(-2)], with: { do: before, undo: after } }], []]);
  });
  if (!panel) return;

  /* A passage's words as the archive counts them: without signs that only lead elsewhere. */
  function nodes(passage) {
    const walker = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT, { acceptNode: (node) => node.parentElement.closest(SILENT) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT });
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  }
  const apart = (node) => node.parentElement.closest("td, th");
  function words(passage) {
    const found = [];
    for (const node of nodes(passage)) for (const match of node.data.matchAll(/\S+/gu)) found.push({ node, start: match.index, end: match.index + match[0].length });
    return found;
  }
  function textBetween(passage, range, side) {
    let text = "", cell = null;
    for (const node of nodes(passage)) {
      const whole = new Range(); whole.selectNodeContents(node);
      let start = 0, end = node.data.length;
      if (side === "before") { if (whole.compareBoundaryPoints(Range.START_TO_START, range) >= 0 && node !== range.startContainer) break; if (node === range.startContainer) end = range.startOffset; }
      else if (side === "after") { if (node === range.endContainer) start = range.endOffset; else if (whole.compareBoundaryPoints(Range.END_TO_END, range) <= 0) continue; }
      else {
        if (!range.intersectsNode(node)) continue;
        if (node === range.startContainer) start = range.startOffset;
        if (node === range.endContainer) end = range.endOffset;
      }
      if (cell !== null && apart(node) !== cell) text += " ";
      cell = apart(node);
      text += node.data.slice(start, end);
    }
    return text.replace(/\s+/gu, " ");
  }
  const story = () => one(".story");
  function parts(range) {
    return all(".passage", story()).filter((passage) => !passage.closest("div.closed") && range.intersectsNode(passage)).map((passage) => ({
      anchor: passage.id,
      exact: textBetween(passage, range).trim(),
      prefix: textBetween(passage, range, "before").slice(-40),
      suffix: textBetween(passage, range, "after").slice(0, 40),
    })).filter((part) => part.exact);
  }

  /* The form: opened by a choice of words, filled with keys, closed with Escape. */
  let chosen = [], back = null;
  function open(found, focus) {
    if (!found.length) return;
    chosen = found;
    one("#marker-words").textContent = `“${chosen.map((part) => part.exact).join(" … ")}”`;
    panel.hidden = false;
    if (focus) { back = document.activeElement; panel.tabIndex = -1; panel.focus(); }
  }
  function close() {
    panel.hidden = true; chosen = [];
    one(".wrong", panel)?.remove();
    back?.isConnected && back.focus(); back = null;
  }
  /* A keyboard on the screen covers what is fixed at the lower edge of the page: the form stands above it. */
  const seen = window.visualViewport;
  const cover = () => panel.style.setProperty("--covered", `${seen.scale > 1 ? 0 : Math.max(0, innerHeight - seen.height - seen.offsetTop)}px`);
  for (const event of ["resize", "scroll"]) seen?.addEventListener(event, cover);
  function wholeWords(range) {
    const { startContainer: first, endContainer: last } = range, of = (node, at) => node.nodeType === Node.TEXT_NODE && /[\p{L}\p{N}]/u.test(node.data[at] ?? "");
    let start = range.startOffset, end = range.endOffset;
    if (of(first, start)) while (of(first, start - 1)) start -= 1;
    if (of(last, end - 1)) while (of(last, end)) end += 1;
    range.setStart(first, start); range.setEnd(last, end);
    return range;
  }
  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return [];
    const range = wholeWords(selection.getRangeAt(0).cloneRange());
    return story().contains(range.commonAncestorContainer) || range.intersectsNode(story()) ? parts(range) : [];
  }
  for (const event of ["pointerup", "touchend"]) document.addEventListener(event, (happened) => {
    if (panel.contains(happened.target)) return;
    setTimeout(() => { const found = selected(); found.length ? open(found, false) : panel.contains(document.activeElement) || close(); });
  });
  one("[data-cancel]", panel).addEventListener("click", close);

  /* Keys: m marks; arrows go from passage to passage and from word to word, with Shift they take words in. */
  let cursor = null;
  const here = () => document.activeElement.closest?.(".story .passage") || cursor?.passage;
  function choose(passage, from, to) {
    const list = words(passage);
    if (!list.length) return;
    const clip = (at) => Math.min(Math.max(at, 0), list.length - 1);
    cursor = { passage, from: clip(from), to: clip(to) };
    const [first, last] = [Math.min(cursor.from, cursor.to), Math.max(cursor.from, cursor.to)];
    getSelection().setBaseAndExtent(list[first].node, list[first].start, list[last].node, list[last].end);
    const line = one("#said"); line.textContent = getSelection().toString().slice(0, 200);
  }
  const single = () => { try { return localStorage.getItem("storyhold-keys") !== "no"; } catch { return true; } };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const meta = event.ctrlKey || event.metaKey;
    if (meta && !event.altKey && event.key.toLowerCase() === "z" && !typing(event.target)) { event.preventDefault(); return event.shiftKey ? redo() : undo(); }
    if (meta && event.key.toLowerCase() === "y" && !typing(event.target)) { event.preventDefault(); return redo(); }
    if (!panel.hidden && event.key === "Escape") { event.preventDefault(); return close(); }
    if (meta || event.altKey) return;
    if (panel.contains(event.target)) return inPanel(event);
    if (typing(event.target) || !single()) return;
    if (!panel.hidden && byNumber(event)) return;
    if (event.key === "m") { const found = selected(), passage = here(); event.preventDefault(); return open(found.length ? found : passage ? parts(rangeOf(passage)) : [], true); }
    const passage = here(), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], next = { ArrowDown: "j", ArrowUp: "k" }[event.key];
    if (!passage) return;
    if (next) { event.preventDefault(); cursor = null; getSelection().removeAllRanges(); document.dispatchEvent(new KeyboardEvent("keydown", { key: next, bubbles: true })); }
    else if (step) {
      event.preventDefault();
      if (!cursor || cursor.passage !== passage) choose(passage, step > 0 ? 0 : -1 + words(passage).length, step > 0 ? 0 : -1 + words(passage).length);
      else if (event.shiftKey) choose(passage, cursor.from, cursor.to + step);
      else choose(passage, cursor.to + step, cursor.to + step);
    }
  });
  const rangeOf = (passage) => { const range = new Range(); range.selectNodeContents(passage); return range; };
  function byNumber(event) {
    const chip = /^[1-9]$/.test(event.key) && all("[data-theme]", panel)[event.key - 1];
    if (chip) { event.preventDefault(); chip.click(); }
    return Boolean(chip);
  }
  function inPanel(event) {
    if (!typing(event.target) && byNumber(event)) return;
    if (event.target === panel && event.key === "Enter") { event.preventDefault(); panel.requestSubmit(); }
    else if (event.target === panel && event.key.length === 1) one("#themes", panel).focus();
  }

  /* What is sent comes back as the story's page: its text and margin take the place of those shown. */
  async function ask(address, fields) {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok) throw new Error(one(".wrong", page)?.textContent.trim() || "This could not be done. Open the story again, and try once more.");
    return { page, address: answer.url };
  }
  function put(page) {
    const text = one(".story", page), margin = one("#marks", page);
    if (!text || !margin) return;
    story().replaceWith(document.adoptNode(text));
    one("#marks").replaceWith(document.adoptNode(margin));
    const fresh = one("#marker", page);
    if (fresh) {
      panel.elements.revision.value = fresh.elements.revision.value;
      one("[data-offered]", panel).replaceWith(document.adoptNode(one("[data-offered]", fresh)));
      panel.dispatchEvent(new Event("offered"));
    }
    cursor = null;
    settle();
  }
  const justDone = () => one("#marks [data-just]")?.textContent.trim();
  if (justDone()) say(justDone());
  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = { revision: panel.elements.revision.value, selection: JSON.stringify(chosen), themes: panel.elements.themes.value, note: panel.elements.note.value };
    if (panel.elements.stays.checked) fields.stays = "yes";
    const where = chosen[0]?.anchor;
    try {
      const { page, address } = await ask(panel.action, fields);
      const ids = (new URL(address).searchParams.get("marked") || "").split(" ").filter(Boolean);
      put(page);
      past.push({ do: "remove", undo: "back", ids }); ahead.length = 0; keep();
      panel.reset(); back = null; close();
      getSelection().removeAllRanges();
      document.getElementById(where)?.querySelector(".anchor")?.focus({ preventScroll: true });
      say(`${justDone() || "Marked."} Ctrl+Z takes it off again.`);
    } catch (error) {
      one(".wrong", panel)?.remove();
      panel.prepend(Object.assign(document.createElement("p"), { className: "wrong", role: "alert", textContent: error.message }));
    }
  });

  /* Undo and redo, for the whole sitting on this story. */
  const [past, ahead] = kept(location.pathname);
  const keep = () => keepOf(location.pathname, [past, ahead]);
  let last = Promise.resolve();
  const turn = (...how) => last = last.then(() => turnOne(...how)); // one after another: keys are quicker than answers
  async function turnOne(from, to, which, done) {
    const step = from.pop();
    if (!step) return say(done.none);
    try {
      let answer;
      for (const id of step.ids) answer = await ask(`/q/${id}/edit`, { do: step[which], ...step.with?.[which] });
      to.push(step); keep();
      one("[data-just]", answer.page)?.remove();
      put(answer.page);
      say(done.said);
    } catch (error) { keep(); say(error.message); }
  }
  const undo = () => turn(past, ahead, "do", { said: "Undone.", none: "There is nothing to undo." });
  const redo = () => turn(ahead, past, "undo", { said: "Done again.", none: "There is nothing to do again." });
  document.addEventListener("submit", async (event) => {
    const asked = event.target, off = asked.matches("[data-off]");
    if (!off && !asked.matches("#marks .undo")) return;
    event.preventDefault();
    const id = asked.action.split("/").at(-2);
    try {
      put((await ask(asked.action, { do: off ? "remove" : "back" })).page);
      past.push(off ? { do: "back", undo: "remove", ids: [id] } : { do: "remove", undo: "back", ids: [id] }); ahead.length = 0; keep();
      say(off ? "The mark is taken off. Ctrl+Z puts it back." : "The mark is there again.");
    } catch (error) { say(error.message); }
  });

  /* Each quote stands beside its words where there is room, and both show that they belong together. */
  const wide = matchMedia("(min-width: 68.01rem)");
  function align() {
    const list = one("#marks ol");
    if (!list) return;
    const top = list.getBoundingClientRect().top;
    let least = 0;
    for (const card of list.children) {
      const words = one(`mark[data-q~="${card.dataset.quote}"]`, story());
      card.style.position = wide.matches && words ? "absolute" : "";
      if (!card.style.position) continue;
      const wanted = words.getBoundingClientRect().top - top;
      card.style.top = `${Math.max(least, wanted)}px`;
      least = Math.max(least, wanted) + card.offsetHeight + 12;
    }
    list.style.height = least ? `${least}px` : "";
  }
  function near(id, on) {
    for (const words of all(`mark[data-q~="${id}"]`)) words.classList.toggle("near", on);
    one(`[data-quote="${id}"]`)?.classList.toggle("near", on);
  }
  for (const [event, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) document.addEventListener(event, (happened) => {
    const card = happened.target.closest?.("[data-quote]"), words = happened.target.closest?.("mark.q");
    for (const id of card ? [card.dataset.quote] : words ? words.dataset.q.split(" ") : []) near(id, on);
  });
  document.addEventListener("click", (event) => {
    const words = event.target.closest("mark.q");
    if (words && getSelection().isCollapsed && !event.target.closest("a")) one(`[data-quote="${words.dataset.q.split(" ")[0]}"] a`)?.focus();
  });
  function settle() { align(); }
  addEventListener("resize", align);
  addEventListener("load", align);
  one("#fold")?.addEventListener("toggle", align);
  document.fonts?.ready.then(align);
  settle();
})();
