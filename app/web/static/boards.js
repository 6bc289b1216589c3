/* Drawing quotes into clusters with mouse, finger or keys. Without this file each quote has a form of its own. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
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
      const { fresh, ok } = await pageAfter(board().dataset.board, { page: board().dataset.page, ...fields }, "board", "#board");
      replaced(fresh);
      if (!ok) throw new Error(one(".wrong", fresh)?.textContent.trim() || "Nothing was changed.");
      return true;
    } catch (wrong) {
      say(wrong.message);
      return false;
    } finally { busy = false; }
  }
  /* What she looks at stays where it is, though words above it come and go. */
  function replaced(fresh) {
    const top = () => one(".clusters", board()).getBoundingClientRect().top, before = top(), within = one(".loose", board()).scrollTop;
    board().replaceWith(fresh);
    prepare();
    one(".loose", board()).scrollTop = within;
    if (before < 0) scrollBy({ top: top() - before, behavior: "instant" });
  }
  async function drop(card, place, byKeys) {
    const quote = card.dataset.quote, to = place.dataset.cluster, label = place.dataset.label;
    leave();
    if (place === placeOf(card)) return say("It stays where it was.");
    const fields = to === "new" ? { do: "cluster", name: "", note: "", quote } : { do: "move", cluster: to, quote };
    const done = await send(fields), moved = cardOf(quote);
    if (!done) return one("[data-grip]", moved ?? card)?.focus();
    say(to === "new" ? "It is in a new cluster. Give it a name there." : `It is in ${label} now.`);
    if (moved) reach(moved, byKeys);
    else one("[data-undo] button", board())?.focus();
  }

  function reach(card, byKeys) {
    one("[data-grip]", card).focus({ preventScroll: true });
    if (byKeys) card.scrollIntoView({ block: "nearest" });
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
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); held ? drop(held, over, true) : pick(grip.closest("[data-quote]")); }
    else if (event.key === "Escape" && held) { event.preventDefault(); leave(); say("It stays where it was."); }
    else if (by) { event.preventDefault(); held ? step(by) : walk(grip, by); }
  });
  document.addEventListener("focusout", (event) => { if (held && event.target.closest?.("[data-grip]") && !busy) setTimeout(() => { if (held && !held.contains(document.activeElement)) leave(); }); });
  async function undone(form) {
    const fields = Object.fromEntries(new FormData(form)), button = one("button", form), byKeys = document.activeElement.matches("[data-grip]");
    fields[button.name] = button.value;
    if (!await send(fields)) return;
    say("It is undone.");
    const card = cardOf(fields.quote), again = one("[data-undo] button", board());
    if (card && (byKeys || !again)) reach(card, byKeys);
    else again?.focus({ preventScroll: true });
  }
  document.addEventListener("submit", (event) => { if (event.target.matches("#board [data-undo]")) { event.preventDefault(); undone(event.target); } });

  dragging({
    root: board, busy: () => busy, leave,
    under: (x, y) => aim(document.elementFromPoint(x, y)?.closest("[data-cluster]") ?? null),
    dropped(card, letGo) { const place = over; aim(null); if (letGo && place) drop(card, place); },
  });
  document.addEventListener("click", (event) => { const grip = event.target.closest?.("[data-grip]"); if (grip && event.detail === 0 && !held) pick(grip.closest("[data-quote]")); });
})();
