/* Themes for a quote: those used last are buttons, all others are found while one types. Without this file they are written out. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const input = document.querySelector("[data-picker]"), form = input?.form;
  if (!form) return;
  const same = (name) => name.trim().toLowerCase();

  /* The names in the field with where each stands, as the archive reads them: what is in quotation marks is one, whatever it holds. */
  const QUOTED = /\s*(?:"((?:[^"]|"")*)"|[“”„]([^“”„]*)[“”]|«([^»]*)»)\s*(?=[,،、，]|$)/y, PLAIN = /[^,،、，]*/y;
  function pieces(value = input.value) {
    const found = [];
    for (let from = 0; from <= value.length;) {
      QUOTED.lastIndex = PLAIN.lastIndex = from;
      const quoted = QUOTED.exec(value), whole = quoted || PLAIN.exec(value), to = from + whole[0].length;
      const name = quoted ? (quoted[1] ?? quoted[2] ?? quoted[3]).replaceAll('""', '"') : whole[0];
      found.push({ from, to, name: name.trim() });
      from = to + 1;
    }
    return found;
  }
  const written = (name) => /[,،、，]|^["“”„«]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  const names = () => pieces().map(({ name }) => name).filter(Boolean);

  /* Names that need no question: those of before, chosen ones, those that somebody has said are to be new. */
  let settled = new Set(names().map(same)), answers = new Map();
  const open = () => names().filter((name) => !settled.has(same(name)));

  function pressed() {
    const chosen = new Set(names().map(same));
    for (const chip of all("[data-theme]", form)) { chip.hidden = false; chip.setAttribute("aria-pressed", String(chosen.has(same(chip.dataset.theme)))); }
  }
  form.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-theme]");
    if (!chip) return;
    const name = chip.dataset.theme, chosen = names(), there = chosen.findIndex((other) => same(other) === same(name));
    if (there < 0) chosen.push(name); else chosen.splice(there, 1);
    settled.add(same(name));
    input.value = chosen.map(written).join(", ");
    pressed(); close();
  });
  form.addEventListener("offered", pressed);
  form.addEventListener("reset", () => queueMicrotask(() => { settled = new Set(names().map(same)); answers = new Map(); pressed(); close(); }));

  /* A list below the field, as ARIA describes a combobox, and a line that says what the name would be. */
  const list = document.createElement("ul"), line = document.createElement("p");
  Object.assign(list, { id: "themes-found", className: "choices", hidden: true });
  Object.assign(line, { id: "themes-said", className: "meta would" });
  list.setAttribute("role", "listbox"); list.setAttribute("aria-label", "Themes"); line.setAttribute("role", "status");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", "aria-describedby": line.id })) input.setAttribute(name, value);
  input.after(line, list);
  let at = -1, timer, asking;

  function close(words = "") {
    clearTimeout(timer); asking?.abort();
    list.hidden = true; list.replaceChildren(); line.textContent = words;
    input.setAttribute("aria-expanded", "false"); choose(-1);
  }
  function choose(number) {
    at = number;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }
  function option(label, name, fresh) {
    const one = Object.assign(document.createElement("li"), { textContent: label, id: `theme-${fresh ? "new" : list.children.length}` });
    one.setAttribute("role", "option"); one.setAttribute("aria-selected", "false");
    one.addEventListener("pointerdown", (event) => event.preventDefault());
    one.addEventListener("click", () => take(name, fresh));
    list.append(one);
  }
  /* The first match waits for Enter, unless the name is whole as it stands. */
  function show(words, { items, means }) {
    const others = items.filter(({ name }) => name !== means);
    close(said(words, others.length, means));
    if (!others.length) return;
    for (const { name, label } of others) option(label, name, false);
    if (!means) option(`New theme: “${words}”`, words, true);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(means ? -1 : 0);
  }
  function said(words, number, means) {
    if (means) return same(means) === same(words) ? `“${means}” is a known theme.` : `“${words}” is known as “${means}”.`;
    const known = number ? `${number < 20 ? number : "20 or more"} known ${number === 1 ? "theme matches" : "themes match"}. ` : "";
    return `${known}“${words}” would be a new theme.`;
  }

  /* The name in which the cursor stands, between its commas. */
  function part() {
    const here = input.selectionStart ?? input.value.length, { from, to, name } = pieces().find((piece) => here <= piece.to);
    return { from, to, words: name };
  }
  function take(name, fresh) {
    const { from, to } = part(), before = input.value.slice(0, from) + (from ? " " : "") + written(name);
    settled.add(same(name));
    input.value = before + input.value.slice(to);
    input.setSelectionRange(before.length, before.length);
    pressed();
    close(fresh ? `“${name}” will be a new theme.` : "");
  }
  async function ask(words, signal) {
    const key = same(words);
    try {
      const answer = answers.has(key) ? null : await fetch(`${input.dataset.picker}?q=${encodeURIComponent(words)}`, { signal });
      if (answer?.ok) answers.set(key, await answer.json());
    } catch { /* an older question, or no connection: a name can be written whole */ }
    return answers.get(key);
  }
  async function search() {
    const { words } = part();
    if (!words || settled.has(same(words))) return close();
    asking?.abort(); asking = new AbortController();
    const { signal } = asking, answer = await ask(words, signal);
    if (answer && !signal.aborted && document.activeElement === input && part().words === words) show(words, answer); // else more was typed since
  }
  input.addEventListener("input", () => { pressed(); choose(-1); clearTimeout(timer); timer = setTimeout(search, 120); });

  /* What stands below the list moves when it closes: not while somebody presses a button there. */
  let leaving, pressing = false;
  const leave = () => { leaving = setTimeout(() => pressing ? leave() : close(), 250); };
  for (const [event, now] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]]) addEventListener(event, () => { pressing = now; }, true);
  input.addEventListener("blur", leave);
  input.addEventListener("focus", () => clearTimeout(leaving));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], number = list.children.length;
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (list.hidden && !(step > 0 && part().words)) return;
    if (list.hidden) search();
    else if (step) choose(at < 0 ? (step > 0 ? 0 : number - 1) : (at + step + number) % number);
    else if (event.key === "Enter" && at >= 0) list.children[at].click();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault(); event.stopPropagation();
  });

  /* A name that is only a part of known ones makes no theme by itself: somebody says first what she means. */
  const unclear = (name) => { const answer = answers.get(same(name)); return answer && !answer.means && answer.items.length; };
  const asked = (name) => answers.has(same(name)) && !unclear(name);
  let passing = false, checking = false;
  form.addEventListener("submit", async (event) => {
    if (checking) { event.preventDefault(); return event.stopImmediatePropagation(); }
    if (passing || event.submitter?.matches("[name=do][value=remove]") || open().every(asked)) return;
    event.preventDefault(); event.stopImmediatePropagation();
    clearTimeout(timer); asking?.abort();
    checking = input.readOnly = true; // what is typed meanwhile is meant for something else
    await Promise.all(open().map((name) => ask(name)));
    checking = input.readOnly = false;
    const doubtful = open().find(unclear);
    if (doubtful) return doubt(doubtful);
    passing = true; form.requestSubmit(event.submitter); passing = false;
  });
  function doubt(name) {
    const end = pieces().find((piece) => piece.name === name).to;
    input.focus();
    input.setSelectionRange(end, end);
    show(name, answers.get(same(name)));
    line.textContent = `“${name}” is not a theme yet. Choose one of these, or make it a new one.`;
  }
  pressed();
})();
