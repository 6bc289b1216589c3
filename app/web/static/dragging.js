/* Dragging cards: by their words with the mouse, by their handle with a finger. Its page says what lies under it and what a drop does. */
"use strict";
/* root(): what holds the cards. busy(): nothing may begin. leave(): lets go of what keys hold.
   under(x, y): aims at what is there. dropped(card, letGo): the end, also of a drag that was broken off. */
function dragging({ root, busy, leave, under, dropped }) {
  const NEAR = 60, FAR = 6; // pixels: of an edge, where the page moves along; until a press is a drag
  let drag = null;
  document.addEventListener("pointerdown", (event) => {
    const card = event.target.closest?.("[data-quote]"), grip = event.target.closest?.("[data-grip]");
    if (!card || !root().contains(card) || event.button || busy()) return;
    if (!grip && (event.pointerType !== "mouse" || event.target.closest("summary, select, input, label, button, .chip, .meta a"))) return;
    drag = { card, x: event.clientX, y: event.clientY, copy: null, id: event.pointerId };
  });
  document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-quote]")) event.preventDefault(); });
  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.copy && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
    if (!drag.copy) lift();
    event.preventDefault();
    drag.copy.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    drag.at = [event.clientX, event.clientY];
    under(...drag.at);
  }, { passive: false });
  /* Held near an edge, the page moves along, also while the finger rests. */
  function along() {
    if (!drag) return;
    const y = drag.at[1], by = y < NEAR ? (y - NEAR) / 2 : Math.max(0, (y - innerHeight + NEAR) / 2);
    if (by) { scrollBy({ top: by, behavior: "instant" }); under(...drag.at); }
    requestAnimationFrame(along);
  }
  function lift() {
    leave();
    drag.copy = drag.card.cloneNode(true);
    drag.copy.removeAttribute("id"); delete drag.copy.dataset.quote;
    drag.copy.classList.add("flying"); drag.copy.setAttribute("aria-hidden", "true");
    document.body.append(drag.copy);
    drag.card.classList.add("held");
    drag.at = [drag.x, drag.y];
    requestAnimationFrame(along);
    getSelection().removeAllRanges();
  }
  function end(event) {
    if (!drag || event.pointerId !== drag.id) return;
    const { card, copy } = drag;
    drag = null;
    copy?.remove(); card.classList.remove("held");
    if (!copy) return;
    swallow();
    dropped(card, event.type === "pointerup");
  }
  /* The click that ends a drag opens no link. */
  function swallow() {
    const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 50);
  }
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
}
