/* Marking with mouse, finger or keys. Without this file each passage has a form of its own. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const SILENT = ".anchor, .footnote-ref, .footnote-back, .at";
  const typing = (node) => node.matches?.("input:not([type=checkbox]), textarea, select") || node.isContentEditable;

  /* What is said goes by itself; what has a link stays longer, and while somebody is at it. */
  let hush;
  function say(...parts) {
    const line = one("#said");
    clearTimeout(hush);
    line.replaceChildren(...parts);
    const words = line.textContent, wait = one("a", line) ? 60_000 : Math.max(5000, 90 * words.length);
    const end = () => { if (line.textContent !== words) return; if (line.matches(":hover, :focus-within")) hush = setTimeout(end, 5000); else line.replaceChildren(); };
    hush = setTimeout(end, wait);
  }
  const link = (textContent, href, more) => Object.assign(document.createElement("a"), { textContent, href, ...more });

  const panel = one("#marker"), form = panel || one("form:has(#themes)");
  if (!form) return;

  /* What one person did in this sitting, in whichever stories: steps, each with its story and what takes its parts back. */
  const KEPT = "storyhold-marks", SENT = "storyhold-marks-sent", MOST = 200, who = form.dataset.who ?? "";
  let held = null;
  const stored = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const store = (key, value) => { try { value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* nothing to keep it in */ } };
  const steps = () => { const found = held ?? stored(KEPT); return found?.who === who && found.past ? found : { who, past: [], ahead: [] }; };
  function keep(now) { held = now; store(KEPT, { ...now, past: now.past.slice(-MOST) }); }
  addEventListener("pageshow", (event) => { if (event.persisted) held = null; });
  if ("who" in form.dataset && stored(KEPT) && stored(KEPT).who !== who) store(KEPT, null); // somebody else sits here now
  function did(parts, story = location.pathname, heading = one("h1").textContent.trim()) {
    if (parts.length) keep({ who, past: [...steps().past, { key: `${Date.now()} ${parts[0].id}`, story, heading, parts }], ahead: [] });
  }
  const fields = ({ themes, note, stays }) => ({ do: "save", themes, note, stays: stays ? "yes" : "" }); // without it a flag stays as it is
  const OFF = { do: "remove" }, BACK = { do: "back" };

  /* A quote's own page sends its form as any page does: its step counts once the next page shows that it was done. */
  if (form.dataset.change) form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const off = event.submitter?.matches("[name=do][value=remove]"), id = form.action.split("/").at(-2);
    const before = JSON.parse(form.dataset.before), after = { themes: one("#themes", form).value, note: one("#note", form).value, stays: one("[name=stays]", form).checked };
    const part = off ? { id, back: BACK, again: OFF } : { id, back: fields(before), again: fields(after) };
    store(SENT, off || JSON.stringify(before) !== JSON.stringify(after) ? { story: new URL(form.dataset.change, location).pathname, heading: form.dataset.heading, part } : null);
  });
  const sent = stored(SENT), asked = new URLSearchParams(location.search);
  store(SENT, null);
  if (sent && ([asked.get("changed"), asked.get("off")].includes(sent.part.id) || (asked.has("saved") && form.action.includes(`/${sent.part.id}/`)))) did([sent.part], sent.story, sent.heading);
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

  /* The form: opened by a choice of words, filled with keys, closed with Escape. Then the focus is where it was. */
  let chosen = [], back = null;
  const anchorOf = (id) => document.getElementById(id)?.querySelector(".anchor");
  function open(found, focus) {
    if (!found.length) return;
    chosen = found;
    one(".wrong", panel)?.remove();
    one("#marker-words").textContent = `“${chosen.map((part) => part.exact).join(" … ")}”`;
    panel.hidden = false;
    if (focus) { back = document.activeElement.closest(".story .passage, .marks") ? document.activeElement : null; panel.tabIndex = -1; panel.focus(); }
  }
  function close() {
    const inside = panel.contains(document.activeElement), to = back?.isConnected ? back : chosen.length && anchorOf(chosen[0].anchor);
    panel.hidden = true; chosen = []; back = null;
    one(".wrong", panel)?.remove();
    if (inside && to) to.focus({ preventScroll: true });
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
    one("#said").textContent = getSelection().toString().slice(0, 200);
  }
  const single = () => { try { return localStorage.getItem("storyhold-keys") !== "no"; } catch { return true; } };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const meta = event.ctrlKey || event.metaKey;
    if (meta && !event.altKey && event.key.toLowerCase() === "z" && !typing(event.target)) { event.preventDefault(); return event.shiftKey ? redo() : undo(); }
    if (meta && event.key.toLowerCase() === "y" && !typing(event.target)) { event.preventDefault(); return redo(); }
    if (!panel.hidden && event.key === "Escape") { event.preventDefault(); return close(); }
    if (event.key === "Escape" && one("#said a")) return say();
    if (meta || event.altKey) return;
    if (panel.contains(event.target)) return inPanel(event);
    if (typing(event.target) || !single()) return;
    if (!panel.hidden && byNumber(event)) return;
    if (event.key === "m") { event.preventDefault(); return begin(); }
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
  function begin() {
    let found = selected();
    if (!found.length && cursor && cursor.passage === here()) { choose(cursor.passage, cursor.from, cursor.to); found = selected(); } // a field took the choice away
    if (!found.length && here()) found = parts(rangeOf(here()));
    if (found.length) return open(found, true);
    const fold = one("#fold"), folded = fold && !fold.open;
    if (folded) one("summary", fold).focus();
    if (panel.hidden) say(folded ? "The story is folded: open it first." : "Choose some words first, or go to a passage with j.");
    else { panel.tabIndex = -1; panel.focus(); }
  }
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

  /* What is sent is answered with the address of the page that shows it. Where somebody has to sign in first, it is answered with another page. */
  class Refused extends Error {}
  const OFFLINE = "no connection", BROKEN = "the connection broke off", SIGNED_OUT = "you are signed out";
  const refused = (message, more) => Object.assign(new Refused(message), more);
  const reached = (promise) => promise.catch(() => { throw refused("", { why: navigator.onLine ? BROKEN : OFFLINE }); });
  async function send(address, values) {
    const answer = await reached(fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(values) }));
    const text = await reached(answer.text()), told = answer.ok && toldIn(text);
    if (told) return told;
    if (answer.ok) throw refused("", { why: SIGNED_OUT });
    throw refused(reason(answer.status, new DOMParser().parseFromString(text, "text/html")), { status: answer.status });
  }
  const toldIn = (text) => { try { return JSON.parse(text); } catch { return null; } };
  function reason(status, page) {
    const wrong = one(".wrong", page), lead = one("main .lead", page);
    if (status === 413) return `These are ${chosen.reduce((sum, { exact }) => sum + exact.length, 0).toLocaleString("en")} characters, more than can be sent at once. Mark the part that you mean.`;
    return wrong ? wrong.textContent.trim() : lead ? `${one("h1", page).textContent}. ${lead.textContent}` : "";
  }
  /* What somebody reads when it was not done; `part` where some of it was. */
  function because(error, then, part = "") {
    const why = error.why && (part ? `${part} The rest waits: ${error.why}.` : `${error.why[0].toUpperCase()}${error.why.slice(1)}: nothing was changed.`);
    if (error.why === BROKEN) return [`${part} The connection broke off before the answer came. Try again: what was done already is not done twice.`.trim()];
    if (error.why === OFFLINE) return [`${why} Try again when you are back online.`];
    if (error.why === SIGNED_OUT) return [`${why} `, link("Sign in in a new tab", `/login?next=${encodeURIComponent(location.pathname)}`, { target: "_blank", rel: "noopener" }), `, then ${then}.`];
    if (!(error instanceof Refused)) console.error(error);
    return [`${part} ${error instanceof Refused && error.message || "This could not be done. Open the story again, and try once more."}`.trim()];
  }

  /* The story's page: its text and margin take the place of those shown. The focus stays at the same passage or quote. */
  async function shown(address) {
    try {
      const answer = await fetch(address), page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return answer.ok && one(".story", page) && one("#marks", page) ? page : null;
    } catch { return null; }
  }
  function put(page) {
    const again = focused();
    story().replaceWith(document.adoptNode(one(".story", page)));
    one("#marks").replaceWith(document.adoptNode(one("#marks", page)));
    const fresh = one("#marker", page);
    if (fresh) {
      panel.elements.revision.value = fresh.elements.revision.value;
      one("[data-offered]", panel).replaceWith(document.adoptNode(one("[data-offered]", fresh)));
      panel.dispatchEvent(new Event("offered"));
    }
    cursor = null;
    settle();
    again?.()?.focus({ preventScroll: true });
  }
  const linkOf = (quote) => one(`[data-quote="${quote}"] a`);
  function focused() {
    const at = document.activeElement, card = at.closest("[data-quote]"), passage = at.closest(".story .passage");
    if (passage) return () => anchorOf(passage.id);
    if (!at.closest("#marks")) return null;
    const near = [card, card?.nextElementSibling, card?.previousElementSibling].map((one) => one?.dataset.quote).filter(Boolean);
    return () => near.map(linkOf).find(Boolean) ?? one("#marks .undo button, #marks a");
  }
  const justDone = () => one("#marks [data-just]")?.textContent.trim();
  if (justDone()) say(justDone());
  const UNSEEN = " The page shows it when you open it again.";

  /* One after another: keys are quicker than answers. */
  let last = Promise.resolve();
  const inTurn = (work) => last = last.then(work).catch((error) => say(...because(error, "try again")));
  let marking = false;
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    if (marking || !chosen.length) return;
    marking = true;
    inTurn(markThem).finally(() => { marking = false; });
  });
  async function markThem() {
    const where = chosen[0].anchor, values = { revision: panel.elements.revision.value, selection: JSON.stringify(chosen), themes: panel.elements.themes.value, note: panel.elements.note.value };
    if (panel.elements.stays.checked) values.stays = "yes";
    try {
      const { address, marked } = await send(panel.action, values);
      did(marked.filter(otherwise).map(({ id, before, after }) => before ? { id, back: fields(before), again: fields(after) } : { id, back: OFF, again: BACK }));
      const page = await shown(address);
      if (page) put(page);
      panel.reset(); back = null; close();
      getSelection().removeAllRanges();
      anchorOf(where)?.focus({ preventScroll: true });
      say(`${page && justDone() || "Marked."} ${toldOf(marked)}${page ? "" : UNSEEN}`);
    } catch (error) { wrong(...because(error, "press Mark again. What you wrote stays here")); }
  }
  const otherwise = ({ before, after }) => JSON.stringify(before) !== JSON.stringify(after);
  function toldOf(marked) {
    const undo = marked.some(({ before }) => before) ? "Ctrl+Z takes back what was added." : "Ctrl+Z takes it off again.";
    if (marked.some(({ before }) => !before)) return undo;
    return marked.some(otherwise) ? `You had marked these words before: what you said now was added. ${undo}` : "You had marked these words before, and said the same.";
  }
  function wrong(...parts) {
    const line = Object.assign(document.createElement("p"), { className: "wrong" });
    line.setAttribute("role", "alert");
    one(".wrong", panel)?.remove();
    panel.prepend(line);
    line.append(...parts);
    line.scrollIntoView({ block: "nearest" });
  }

  /* A mark, or what was said of it. What is gone can not be changed, however often one tries. */
  const NEVER = [403, 404, 410, 422], GONE = "This mark, or its story, is not there any more, or not yours to change.";
  async function change(id, values) {
    try { return await send(`/q/${id}/edit`, values); }
    catch (error) { throw NEVER.includes(error.status) ? refused(error.status === 422 && error.message || GONE, { never: true }) : error; }
  }

  /* Undo and redo, for the whole sitting. A step leaves its list part by part, as each is done. */
  const UNDO = { from: "past", to: "ahead", which: "back", said: "Undone", none: "There is nothing to undo." };
  const REDO = { from: "ahead", to: "past", which: "again", said: "Done again", none: "There is nothing to do again." };
  const undo = () => inTurn(() => turn(UNDO)), redo = () => inTurn(() => turn(REDO));
  async function turn(way) {
    const step = steps()[way.from].at(-1);
    if (!step) return say(way.none);
    const { story, heading } = step, here = story === location.pathname, parts = [...step.parts], done = [];
    let address, failed = null;
    for (const part of parts) {
      try { ({ address } = await change(part.id, part[way.which])); done.push(part); moved(way, part, true); }
      catch (error) { failed = error; if (!error.never) break; moved(way, part, false); }
    }
    const page = here && done.length ? await shown(address) : null;
    if (page) { one("[data-just]", page)?.remove(); put(page); }
    const unseen = here && done.length && !page ? UNSEEN : "", of = done.length < parts.length ? ` in ${done.length} of ${parts.length} passages` : "";
    if (failed) return say(...because(failed, "try again", done.length ? `${way.said}${of}.` : ""));
    if (here) return say(`${way.said}.${unseen}`);
    say(`${way.said}, in “`, link(heading, story), "”.");
  }
  function moved({ from, to }, part, done) {
    const now = steps(), step = now[from].at(-1), rest = step.parts.filter(({ id }) => id !== part.id), top = now[to].at(-1);
    now[from] = [...now[from].slice(0, -1), ...(rest.length ? [{ ...step, parts: rest }] : [])];
    if (done && top?.key === step.key) top.parts.push(part);
    else if (done) now[to].push({ ...step, parts: [part] });
    keep(now);
  }
  document.addEventListener("submit", (event) => {
    const form = event.target, off = form.matches("[data-off]");
    if (!off && !form.matches("#marks .undo")) return;
    event.preventDefault();
    inTurn(() => takeOff(form.action.split("/").at(-2), off));
  });
  async function takeOff(id, off) {
    const { address } = await change(id, off ? OFF : BACK), page = await shown(address);
    did([off ? { id, back: BACK, again: OFF } : { id, back: OFF, again: BACK }]);
    if (page) put(page);
    if (page && !off) linkOf(id)?.focus({ preventScroll: true });
    say(`${off ? "The mark is taken off. Ctrl+Z puts it back." : "The mark is there again."}${page ? "" : UNSEEN}`);
  }

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
