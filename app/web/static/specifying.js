/* Specifications without losing one's place: what is sent comes back as the page, at the same height and with the
   focus where it was. Without this file each form loads the page anew, and requirements are moved on their own. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const main = () => one("#main");
  let hush;
  function say(words) {
    const line = one("#said");
    line.textContent = words;
    clearTimeout(hush);
    hush = setTimeout(() => { line.textContent = ""; }, 4000);
  }
  const STAYS = ["cite", "uncite", "uncite-back", "recite", "move", "hold", "text", "answer", "unanswer", "promise", "follow", "drop", "promise-back", "undo"];
  const KEYS = ["kind", "citation", "worth", "promise", "answer"];  // hidden fields that tell one form from another
  const WAYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
  const told = (root) => (one(".notice.good, .undo p", root)?.textContent ?? "").trim();
  const prepare = () => { const how = one("#how-to-order"); if (how) how.hidden = false; };
  prepare();

  let busy = false;
  async function send(address, fields) {
    if (busy) return null;
    busy = true;
    try { return await pageAfter(address, fields, "specification", "#main:has([data-specification])"); }
    catch (wrong) { say(wrong.message); return null; }
    finally { busy = false; }
  }

  /* The page that came takes the place of the one shown; `held` finds what she looks at on either. */
  function replaced({ page, fresh, url, ok }, held) {
    const folds = all("details[open] > summary", main()).map((node) => node.textContent), before = held()?.getBoundingClientRect().top;
    main().replaceWith(fresh);
    document.title = page.title;
    if (ok) history.replaceState(history.state, "", new URL(url).pathname + new URL(url).search);
    for (const summary of all("details > summary", fresh)) if (folds.includes(summary.textContent)) summary.parentElement.open = true;
    prepare();
    const now = held();
    if (now && before !== undefined) scrollBy({ top: now.getBoundingClientRect().top - before, behavior: "instant" });
  }
  function reach(node) {
    if (!node) return;
    if (!node.matches("a, button, input, select, textarea, summary")) node.tabIndex = -1;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /* What stands beside its field is read with it, and is not said over it once more. */
  function refused(wrong, field) {
    if (!field || !wrong?.closest("form")) say(wrong?.textContent.trim() || "Nothing was changed.");
    reach(field ?? wrong);
    if (field && wrong?.closest("form")) field.closest("p").scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  const named = (form) => KEYS.map((key) => form.elements[key]?.type === "hidden" ? form.elements[key].value : "").join();
  async function sent(form, button) {
    const like = named(form), part = form.closest("section")?.getAttribute("aria-labelledby"), focus = document.activeElement;
    const link = focus.closest?.(".requirements > li")?.id, fields = new URLSearchParams(new FormData(form));
    if (button?.name) fields.append(button.name, button.value);
    const answer = await send(form.action.replace(/#.*/, ""), fields);
    if (!answer) return;
    if (new URL(answer.url).pathname !== location.pathname) return location.assign(answer.url);
    replaced(answer, () => link ? document.getElementById(link) : part ? one(`section[aria-labelledby="${part}"]`) : main());
    if (!answer.ok) return refused(one("#wrong"), one("[aria-invalid=true]"));
    say(told(main()));
    const again = link ? one(`#${link} h3 a`) : all("form", main()).filter((one) => named(one) === like).flatMap((one) => [...one.elements]).find((other) => button?.name && other.name === button.name && other.value === button.value);
    reach(again?.checkVisibility() ? again : one(".undo button") ?? (part && document.getElementById(part)) ?? one("h1"));
  }
  document.addEventListener("submit", (event) => {
    const form = event.target, does = new FormData(form, event.submitter).get("do");
    if (form.method !== "post" || !form.closest("#main") || !STAYS.includes(does)) return;
    event.preventDefault();
    sent(form, event.submitter);
  });

  /* Alt with an arrow moves the requirement that has the focus, as often as it is pressed; numbers follow. */
  let turn = Promise.resolve();
  async function move(id, way) {
    const item = document.getElementById(id), answer = item && await send(item.dataset.address, { do: "move", way, tree: new URLSearchParams(location.search).get("page") ?? "1" });
    if (!answer) return;
    if (new URL(answer.url).pathname !== location.pathname) return say(one(".wrong", answer.fresh)?.textContent.trim() || "Nothing was changed.");
    replaced(answer, () => document.getElementById(id));
    const link = one(`#${id} h3 a`);
    reach(link ?? one("#asked"));
    say(link ? `It is ${one(`#${id} .number`).textContent} now.` : "It is on another page of this list now.");
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.shiftKey || event.defaultPrevented) return;
    const meta = event.ctrlKey || event.metaKey, undo = one(".undo button", main()), item = event.target.closest?.(".requirements > li[data-address]");
    if (meta && !event.altKey && event.key.toLowerCase() === "z" && undo && !event.target.matches("input:not([type=checkbox]), textarea, select")) { event.preventDefault(); undo.form.requestSubmit(undo); }
    else if (event.altKey && !meta && item && event.target.matches("h3 a") && WAYS[event.key]) { event.preventDefault(); const { id } = item, way = WAYS[event.key]; turn = turn.then(() => move(id, way)); }
  });
})();
