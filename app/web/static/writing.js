/* Conveniences for writing: the form works without this file. */
"use strict";
(() => {
  const form = document.querySelector("[data-writing]");
  if (!form) return;
  const one = (selector, root = form) => root.querySelector(selector), all = (selector, root = form) => [...root.querySelectorAll(selector)];
  const body = one("#body"), whole = one("#whole"), shown = one("[data-preview]"), state = one("[data-state]"), unsaved = one("[data-unsaved]");
  const key = "storyhold writing " + form.dataset.writing;
  const kept = {
    get() { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(value) { try { value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key); } catch { /* a browser that forbids storage still saves */ } },
  };
  const fields = () => all("input, textarea, select").filter((field) => field.name && field.type !== "hidden" && !field.closest("[data-picture]"));
  const values = () => Object.fromEntries(fields().map((field) => [field.type === "radio" ? field.id : field.name, /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value]));
  const begun = (field) => field.tagName === "SELECT" ? ([...field.options].find((one) => one.defaultSelected) || field.options[0])?.value : /^(checkbox|radio)$/.test(field.type) ? field.defaultChecked : field.defaultValue;
  const first = JSON.stringify(Object.fromEntries(fields().map((field) => [field.type === "radio" ? field.id : field.name, begun(field)])));  // also where somebody was quicker than this file
  const refused = form.hasAttribute("data-refused");  // what the form begins with is saved nowhere
  const isChanged = () => refused || JSON.stringify(values()) !== first;
  let leaving = false;

  /* Of two versions, what differs comes into view. */
  for (const text of document.querySelectorAll(".both pre")) {
    const mark = text.querySelector("mark");
    if (mark) text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 4;
  }

  /* Words that were not saved stay in this browser, and are offered when the page is opened again. */
  if (form.hasAttribute("data-saved")) kept.set(null);
  const before = kept.get(), offer = one("[data-kept]");
  if (refused) unsaved.hidden = false;
  else if (before && JSON.stringify(before.values) !== first) offer.hidden = false; else kept.set(null);
  one("[data-take]").addEventListener("click", () => {
    for (const name of Object.keys(before.values)) more(name);
    for (const field of fields()) {
      const value = before.values[field.type === "radio" ? field.id : field.name];
      if (value === undefined) continue;
      if (typeof value === "boolean") field.checked = value; else field.value = value;
    }
    offer.hidden = true;
    changed();
    (body || whole).focus();
  });
  one("[data-drop]").addEventListener("click", () => { kept.set(null); offer.hidden = true; (body || whole).focus(); });
  let keeping;
  function keep() {
    clearTimeout(keeping);
    keeping = setTimeout(() => { if (offer.hidden) kept.set(isChanged() ? { digest: form.dataset.digest, values: values() } : null); }, 400);
  }
  function changed() { unsaved.hidden = !isChanged(); keep(); if (body) { count(); draw(); } }
  form.addEventListener("input", (event) => { grow(event.target); changed(); });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(keeping); if (isChanged()) kept.set({ digest: form.dataset.digest, values: values() }); });
  addEventListener("beforeunload", (event) => { if (!leaving && isChanged()) event.preventDefault(); });
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit(one("[value=save]"));
  });

  /* An empty row is always at hand. */
  function grow(field) {
    const rows = field.closest("[data-rows]"), moments = field.closest("[data-moments]");
    if (rows) { const last = all("input", rows).pop(); if (last === field && field.value) add(rows, last); }
    if (moments) { const last = all(".row", moments).pop(); if (last.contains(field) && field.value) addMoment(moments, last); }
  }
  function add(rows, last) {
    const number = all("input", rows).length, next = last.cloneNode();
    if (number >= 100) return;
    next.id = next.name = rows.dataset.rows + "-" + number; next.value = ""; next.removeAttribute("value");
    next.setAttribute("aria-label", last.getAttribute("aria-label").replace(/\d+$/, number + 1));
    last.after(next);
  }
  function addMoment(moments, last) {
    const number = all(".row", moments).length, next = last.cloneNode(true);
    if (number >= 100) return;
    for (const field of next.children) {
      field.name = field.name.replace(/\d+/, number); field.value = "";
      field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, number + 1));
    }
    last.after(next);
  }
  function more(name) {
    const [, rows, number] = /^(.+)-(\d+)$/.exec(name) || [], at = rows && one(`[data-rows="${rows}"]`);
    while (at && all("input", at).length <= number && all("input", at).length < 100) add(at, all("input", at).pop());
    const moment = /^moment-(\d+)-/.exec(name), list = one("[data-moments]");
    while (moment && list && all(".row", list).length <= moment[1] && all(".row", list).length < 100) addMoment(list, all(".row", list).pop());
  }

  if (!body) return;
  /* How long it is. */
  const words = one("[data-words]");
  function count() { const found = (body.value.match(/[\p{L}\p{N}_]+(?:[’'-][\p{L}\p{N}_]+)*/gu) || []).length; words.textContent = found.toLocaleString(document.documentElement.lang) + (found === 1 ? " word" : " words"); }

  /* As the archive itself draws it. */
  let drawing, asking, drawn = body.defaultValue;
  function draw() {
    clearTimeout(drawing);
    if (body.value === drawn) return;
    drawing = setTimeout(async () => {
      asking?.abort(); asking = new AbortController();
      const text = body.value, sent = new URLSearchParams({ body: text, title: one("#title").value });
      try {
        const answer = await fetch(shown.dataset.preview, { method: "POST", body: sent, signal: asking.signal, redirect: "error" });
        if (!answer.ok) throw new Error(answer.status);
        const at = shown.scrollTop;
        shown.innerHTML = await answer.text();
        shown.scrollTop = at; drawn = text; state.textContent = ""; blocks = null;
        follow();
      } catch (error) { if (error.name !== "AbortError") state.textContent = "can not be drawn just now"; }
    }, 250);
  }

  /* The preview stays beside the words that are being written. */
  let blocks, following;
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  function follow() {
    blocks ||= [...shown.querySelectorAll("p, li, td, pre, h2, h3, h4, h5, h6")].map((block) => [block, plain(block.textContent)]);
    const [from, to] = lines(), wanted = plain(body.value.slice(from, to)).slice(0, 60);
    const found = wanted && (blocks.find(([, text]) => text.startsWith(wanted)) || blocks.find(([, text]) => text.includes(wanted.slice(0, 30))));
    if (!found) return;
    const away = found[0].getBoundingClientRect().top - shown.getBoundingClientRect().top;
    if (away < 0 || away > shown.clientHeight - 60) shown.scrollTop += away - shown.clientHeight / 3;
  }
  for (const name of ["keyup", "click", "focus"]) body.addEventListener(name, () => { clearTimeout(following); following = setTimeout(follow, 120); });

  /* The marks, put where the cursor is; undo takes them back. */
  const bar = one(".bar");
  bar.hidden = false;
  function put(text, from, to, select = text.length) {
    body.focus(); body.setSelectionRange(from, to);
    if (!document.execCommand("insertText", false, text)) { body.setRangeText(text, from, to, "end"); changed(); }
    body.setSelectionRange(from + select, from + select);
  }
  function lines() {
    const from = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1, end = body.value.indexOf("\n", Math.max(body.selectionEnd, from));
    return [from, end < 0 ? body.value.length : end];
  }
  const LABEL = /^[ \t]*(?:>[ \t]*)*(?:\*\*[^*\n]{1,80}\*\*|\[[^\]\n]{1,80}\]):?[ \t]*/;
  const marks = {
    heading() { const [from] = lines(); put("## ", from, from); },
    quote() { const [from, to] = lines(); put(body.value.slice(from, to).replace(/^/gm, "> "), from, to); },
    pull() {  /* a pull quote repeats words: what was said stays where it was said */
      const [from, to] = lines(), picked = body.value.slice(body.selectionStart, body.selectionEnd) || body.value.slice(from, to).replace(LABEL, "");
      const words = picked.replace(/^[ \t]*(?:>[ \t]*)+/gm, "").replace(/\s+/g, " ").trim(), end = body.value.indexOf("\n\n", body.selectionEnd);
      const at = end < 0 ? body.value.trimEnd().length : end, head = "\n\n::: pull\n";
      put(head + words + "\n:::", at, at, head.length + words.length);
      follow();
    },
    closed() { around("closed"); },
    moment() {
      const picked = body.value.slice(body.selectionStart, body.selectionEnd).replace(/\s+/g, " ").trim();
      const list = one("[data-moments]"), row = all(".row", list).find((line) => !line.children[1].value) || all(".row", list).pop();
      list.closest("details").open = true;
      if (picked) { row.children[1].value = picked.slice(0, 1000); grow(row.children[1]); changed(); }
      row.children[0].focus();
    },
  };
  function around(name) {
    const [from, to] = lines(), text = body.value.slice(from, to), head = "::: " + name + "\n";
    put(head + text + "\n:::\n", from, to, head.length + text.length);
  }

  /* A picture, put where the cursor is. */
  const adding = one("[data-picture]"), addIt = adding && one("[data-add]", adding);
  let been = false;
  body.addEventListener("focus", () => { been = true; });
  addIt?.addEventListener("click", async (event) => {
    event.preventDefault();
    const said = one("[data-said]", adding), file = one("[type=file]", adding), words = one("#picture_words", adding);
    const sent = new FormData();
    if (file.files[0]) sent.append("picture", file.files[0]);
    sent.append("picture_words", words.value); sent.append("alone", "1");
    addIt.disabled = true; said.textContent = "A moment";
    try {
      const answer = await fetch(adding.dataset.picture, { method: "POST", body: sent, redirect: "error" });
      if (answer.status !== 200 && !(answer.status === 422 && /^text\/plain/.test(answer.headers.get("content-type")))) throw new Error(answer.status);
      const [line, ...more] = (await answer.text()).split("\n");
      if (answer.ok) { putPicture(line); file.value = words.value = ""; }
      said.textContent = answer.ok ? ["It stands in the text.", ...more].join(" ") : line;
      if (!answer.ok) (file.files[0] ? words : file).focus();
    } catch { said.textContent = "It could not be added just now. Try again; your text is still here."; }
    addIt.disabled = false;
  });
  function putPicture(line) {
    const at = been ? body.selectionEnd : body.value.length, before = body.value.slice(0, at), after = body.value.slice(at);
    const head = !before || /\n\n$/.test(before) ? "" : /\n$/.test(before) ? "\n" : "\n\n", tail = /^\n\n/.test(after) ? "" : /^\n/.test(after) ? "\n" : "\n\n";
    put(head + line + tail, at, at);
  }
  bar.addEventListener("click", (event) => marks[event.target.dataset.put]?.());
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], buttons = all("button", bar);
    if (step) buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
  });
  changed();
})();
