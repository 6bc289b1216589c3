/* Conveniences only: every page works without this file. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const box = one("#q"), wide = matchMedia("(min-width: 50.01rem)"), calm = matchMedia("(prefers-reduced-motion: reduce)");
  document.documentElement.classList.add("js");

  let hush;
  function say(words) {
    const line = one("#said");
    line.textContent = words;
    clearTimeout(hush);
    hush = setTimeout(() => { line.textContent = ""; }, 4000);
  }

  /* A browser that forbids storage still reads. */
  const kept = {
    get(store, key) { try { return window[store].getItem(key); } catch { return null; } },
    set(store, key, value) { try { value === null ? window[store].removeItem(key) : window[store].setItem(key, value); } catch { /* nothing to keep it in */ } },
  };

  /* Words offered while one types: a combobox with a list, as ARIA describes it. */
  function offers(input) {
    const list = document.createElement("ul");
    list.id = "offers"; list.className = "offers"; list.hidden = true;
    list.setAttribute("role", "listbox"); list.setAttribute("aria-label", "Suggestions");
    input.after(list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "offers", "aria-autocomplete": "list" })) input.setAttribute(name, value);
    let items = [], at = -1, timer, asking;

    function close() {
      list.hidden = true; at = -1; items = [];
      clearTimeout(timer); asking?.abort();
      input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant");
    }
    function choose(number) {
      at = number;
      [...list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === at)));
      if (at < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
    function show(answer) {
      items = answer; at = -1;
      list.replaceChildren(...items.map((item, i) => {
        const line = document.createElement("li"), kind = document.createElement("small");
        line.id = "offer-" + i; line.setAttribute("role", "option"); line.setAttribute("aria-selected", "false");
        kind.textContent = item.kind; line.append(item.label, " ", kind);
        line.addEventListener("pointerdown", (event) => event.preventDefault());
        line.addEventListener("click", () => location.assign(item.address));
        return line;
      }));
      list.hidden = !items.length;
      input.setAttribute("aria-expanded", String(!list.hidden)); input.removeAttribute("aria-activedescendant");
    }
    async function ask(words) {
      asking?.abort(); asking = new AbortController();
      try {
        const answer = await fetch("/api/v1/complete?q=" + encodeURIComponent(words), { signal: asking.signal });
        if (answer.ok && document.activeElement === input) show((await answer.json()).items.slice(0, 8));
      } catch { /* an older question, or no connection: one can still search */ }
    }
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const words = input.value.trim();
      if (words.length < 2) return close();
      timer = setTimeout(ask, 120, words);
    });
    input.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) choose((at + step + 1 + items.length + 1) % (items.length + 1) - 1);
      else if (event.key === "Enter" && at >= 0) location.assign(items[at].address);
      else if (event.key === "Escape") close();
      else return event.key === "Tab" && close();
      event.preventDefault(); event.stopPropagation();
    });
    input.addEventListener("blur", close);
  }
  if (box) offers(box);

  /* Keys: / to search, arrows through hits, j and k through passages. */
  const typing = (node) => node.matches?.("input:not([type=checkbox]), textarea, select") || node.isContentEditable;
  function toHit(event, step) {
    const hits = all("[data-hit]"), here = document.activeElement, now = hits.indexOf(here);
    if (!hits.length || (now < 0 && here !== box && here !== document.body && here.id !== "main")) return;
    const next = now < 0 ? (step > 0 ? 0 : -1) : now + step;
    if (next < 0 && now === 0) box.focus();
    else if (hits[next]) hits[next].focus();
    else return;
    event.preventDefault();
  }
  /* Single keys disturb people who dictate, so they can be turned off. */
  const KEYS = "storyhold-keys";
  let keys = kept.get("localStorage", KEYS) !== "no";
  for (const label of all("[data-keys]")) {
    label.hidden = false;
    const tick = one("input", label);
    tick.checked = keys;
    tick.addEventListener("change", () => { keys = tick.checked; kept.set("localStorage", KEYS, keys ? null : "no"); });
  }

  let reading = null;
  function toPassage(step) {
    const passages = all(".passage").filter((passage) => passage.checkVisibility?.() ?? passage.offsetParent);
    if (!passages.length) return;
    const inside = document.activeElement.closest(".passage") || reading || one(".passage:target");
    let next = passages.indexOf(inside) + step;
    if (!inside) next = Math.max(0, passages.findIndex((passage) => passage.getBoundingClientRect().bottom > 0));
    reading = passages[Math.min(Math.max(next, 0), passages.length - 1)];
    one(".anchor", reading)?.focus({ preventScroll: true });
    reading.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const free = !typing(event.target), single = free && keys;
    if (event.key === "/" && single && box) { event.preventDefault(); box.focus(); box.select(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { if (free || event.target === box) toHit(event, event.key === "ArrowDown" ? 1 : -1); }
    else if (single && !event.shiftKey && (event.key === "j" || event.key === "k")) toPassage(event.key === "j" ? 1 : -1);
  });

  /* A passage's anchor is a link; following it also copies it. */
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest("a.anchor[href^='#']");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
    navigator.clipboard?.writeText(location.origin + (one("[data-full]")?.dataset.full ?? location.pathname) + anchor.hash).then(() => say("Link to this passage copied"), () => {});
  });
  for (const place of all("[data-full]")) place.textContent = location.origin + place.dataset.full;

  for (const button of navigator.clipboard ? all("[data-copies]") : []) {
    const field = one(button.dataset.copies);
    button.hidden = false;
    button.addEventListener("click", () => navigator.clipboard.writeText(field.value).then(() => say("Copied"), () => field.select()));
  }

  /* Content notes: folded until the reader opens them, once for all if she says so. */
  const folds = all("details.fold"), ALWAYS = "storyhold-open-noted";
  let always = kept.get("localStorage", ALWAYS) === "yes";
  const story = one("#fold");
  const target = () => { try { return location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { return null; } };
  function arrive() {
    const goal = target();
    if (!goal || !goal.closest(".behind")) return;
    if (story.open) goal.scrollIntoView({ block: "center" });
    else one("#content-note").scrollIntoView({ block: "start" });
  }
  if (always) for (const fold of folds) fold.open = true;
  if (story) {
    story.addEventListener("toggle", arrive);
    addEventListener("load", arrive);
    addEventListener("hashchange", () => { if (!story.open) arrive(); });
  }
  for (const label of all("[data-always]")) {
    if (!folds.length) break;
    label.hidden = false;
    const tick = one("input", label);
    tick.checked = always;
    tick.addEventListener("change", () => {
      always = tick.checked;
      kept.set("localStorage", ALWAYS, always ? "yes" : null);
      if (always) folds.forEach((fold) => { fold.open = true; });
      say(always ? "Passages with a content note will be open on this device" : "Passages with a content note will be folded");
    });
  }

  /* Filters: on a wide screen a choice is applied at once, and the focus stays where it was. */
  for (const narrow of all("details.narrow")) {
    const fit = () => { narrow.open = wide.matches; };
    fit(); wide.addEventListener("change", fit);
  }
  for (const form of all("form[data-auto]")) {
    form.addEventListener("change", (event) => {
      if (!wide.matches) return;
      kept.set("sessionStorage", "storyhold-filter", event.target.name + "\n" + event.target.value);
      form.requestSubmit();
    });
    const last = kept.get("sessionStorage", "storyhold-filter");
    kept.set("sessionStorage", "storyhold-filter", null);
    if (last) all("input[type=checkbox]", form).find((input) => input.name + "\n" + input.value === last)?.focus({ preventScroll: true });
  }

  /* The margin shows which section is being read. */
  const entries = new Map(all(".toc a").map((link) => [document.getElementById(decodeURIComponent(link.hash.slice(1))), link]));
  entries.delete(null);
  if (entries.size) {
    const headings = [...entries.keys()];
    const mark = () => {
      const here = headings.filter((heading) => heading.offsetParent && heading.getBoundingClientRect().top < innerHeight / 3).pop();
      for (const [heading, link] of entries) heading === here ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    };
    const watcher = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    headings.forEach((heading) => watcher.observe(heading));
    story?.addEventListener("toggle", mark);
    mark();
  }
})();
