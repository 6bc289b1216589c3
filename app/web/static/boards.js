/* Drawing quotes into clusters with mouse, finger or keys. Without this file each quote has a form of its own. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const NEAR = 60, FAR = 6; // pixels: of an edge, where the page moves along; until a press is a drag
  const board = () => one("#board");
  if (!board()) return;
  const say = (words) => { const line = one("#said"); line.textContent = words; };
  const places = () => all("[data-cluster]", board());
  const placeOf = (card) => card.closest("[data-cluster]");
  const cardOf = (id) => one(`[data-quote="${id}"]`, board());

  function prepare() {
    for (const grip of all("[data-grip]", board())) grip.hidden = false;
    one("#how-to-move").hidden = false;
  }
  prepare();

  /* What is sent comes back as the board's page, which takes the place of the one shown. */
  let busy = false;
  async function send(fields) {
    if (busy) return false;
    busy = true;
    try {
      const answer = await fetch(board().dataset.board, { method: "POST", body: new URLSearchParams({ page: board().dataset.page, ...fields }) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), fresh = one("#board", page);
      if (!fresh) throw new Error("This could not be done. Open the board again, and try once more.");
      board().replaceWith(fresh);
      prepare();
      if (!answer.ok) throw new Error(one(".wrong", fresh)?.textContent.trim() || "Nothing was changed.");
      return true;
    } catch (wrong) {
      say(wrong.message);
      return false;
    } finally { busy = false; }
  }
  async function drop(card, place) {
    const quote = card.dataset.quote, to = place.dataset.cluster, label = place.dataset.label;
    leave();
    if (place === placeOf(card)) return say("It stays where it was.");
    const fields = to === "new" ? { do: "cluster", name: "", note: "", quote } : { do: "move", cluster: to, quote };
    const done = await send(fields), moved = cardOf(quote);
    if (!done) return one("[data-grip]", moved ?? card)?.focus();
    say(to === "new" ? "It is in a new cluster. Give it a name there." : `It is in ${label} now.`);
    if (moved) { one("[data-grip]", moved).focus({ preventScroll: true }); moved.scrollIntoView({ block: "nearest" }); }
    else one("[data-undo] button", board())?.focus();
  }

  /* Keys: Enter picks up and drops, arrows choose, Escape leaves. */
  let held = null, over = null;
  function aim(place) {
    over?.classList.remove("over");
    over = place;
    over?.classList.add("over");
  }
  function leave() { held?.classList.remove("held"); held = null; aim(null); }
  function pick(card) {
    leave();
    held = card;
    card.classList.add("held");
    aim(placeOf(card));
    say(`Picked up, in ${over.dataset.label}. Arrow keys choose where to, Enter drops it, Escape leaves it.`);
  }
  function step(by) {
    const list = places(), at = (list.indexOf(over) + by + list.length) % list.length;
    aim(list[at]);
    over.scrollIntoView({ block: "nearest" });
    say(`${over.dataset.label}, ${at + 1} of ${list.length}.`);
  }
  function walk(grip, by) {
    const grips = all("[data-grip]", board());
    grips[grips.indexOf(grip) + by]?.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const meta = event.ctrlKey || event.metaKey, undo = one("[data-undo]", board());
    if (meta && !event.shiftKey && event.key.toLowerCase() === "z" && undo && !event.target.matches("input, textarea, select")) { event.preventDefault(); return undone(undo); }
    const grip = event.target.closest?.("[data-grip]");
    if (meta || !grip) return;
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); held ? drop(held, over) : pick(grip.closest("[data-quote]")); }
    else if (event.key === "Escape" && held) { event.preventDefault(); leave(); say("It stays where it was."); }
    else if (by) { event.preventDefault(); held ? step(by) : walk(grip, by); }
  });
  document.addEventListener("focusout", (event) => { if (held && event.target.closest?.("[data-grip]") && !busy) setTimeout(() => { if (held && !held.contains(document.activeElement)) leave(); }); });
  async function undone(form) {
    const fields = Object.fromEntries(new FormData(form)), button = one("button", form);
    fields[button.name] = button.value;
    if (await send(fields)) { say("It is undone."); one("[data-grip]", cardOf(fields.quote) ?? board())?.focus(); }
  }

  /* Mouse and finger: a card is dragged by its words with the mouse, and by its handle with a finger. */
  let drag = null;
  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest?.("[data-quote]"), grip = event.target.closest?.("[data-grip]");
    if (!card || !board().contains(card) || event.button || busy) return;
    if (!grip && (event.pointerType !== "mouse" || event.target.closest("summary, select, input, button, .chip, .meta a"))) return;
    drag = { card, grip, x: event.clientX, y: event.clientY, copy: null, id: event.pointerId };
  });
  document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-quote]")) event.preventDefault(); });
  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.copy && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
    if (!drag.copy) lift();
    event.preventDefault();
    drag.copy.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    aim(document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-cluster]") ?? null);
    if (event.clientY < NEAR) scrollBy(0, -20); else if (event.clientY > innerHeight - NEAR) scrollBy(0, 20);
  }, { passive: false });
  function lift() {
    leave();
    drag.copy = drag.card.cloneNode(true);
    drag.copy.removeAttribute("id"); delete drag.copy.dataset.quote;
    drag.copy.classList.add("flying"); drag.copy.setAttribute("aria-hidden", "true");
    document.body.append(drag.copy);
    drag.card.classList.add("held");
    getSelection().removeAllRanges();
  }
  function end(event) {
    if (!drag || event.pointerId !== drag.id) return;
    const { card, copy } = drag, place = over;
    drag = null;
    copy?.remove(); card.classList.remove("held");
    if (!copy) return;
    swallow();
    aim(null);
    if (event.type === "pointerup" && place) drop(card, place);
  }
  /* The click that ends a drag opens no link. */
  function swallow() {
    const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 50);
  }
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
  document.addEventListener("click", (event) => { const grip = event.target.closest?.("[data-grip]"); if (grip && event.detail === 0 && !held) pick(grip.closest("[data-quote]")); });
})();
