/* Putting quotes under statements with mouse, finger or keys. Without this file the boxes and buttons do it all. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const bench = () => one("#bench");
  if (!bench() || !one("#put")) return;
  const say = (words) => { one("#said").textContent = words; };
  const claims = () => all("[data-statement]", bench());
  const textOf = (claim) => one(".tick span", claim).textContent.trim();
  const cardOf = (id) => one(`[data-quote="${id}"]`, bench());

  function prepare() {
    for (const grip of all("[data-grip]", bench())) grip.hidden = false;
    one("#how-to-put").hidden = false;
    chosen();
  }
  function chosen() {
    const quotes = all("[data-quote] input:checked", bench()).length, claim = one("[data-statement] > .tick input:checked", bench());
    one("#chosen").textContent = quotes || claim ? `${quotes || "No"} ${quotes === 1 ? "quote" : "quotes"} chosen, ${claim ? "one statement" : "no statement"}:` : "Choose quotes and a statement, then:";
  }
  document.addEventListener("change", (event) => { if (event.target.form?.id === "put") chosen(); });
  prepare();
  one("[data-then]", bench())?.focus({ preventScroll: false });
  one("#wrong")?.focus();

  /* What is sent comes back as the whole page, of which the workbench takes the place of the one shown. */
  let busy = false;
  async function send(fields) {
    if (busy) return false;
    busy = true;
    try {
      const { page, fresh, ok } = await pageAfter(bench().dataset.address, { digest: one("#put [name=digest]").value, from: one("#put [name=from]").value, ...fields }, "page", "#bench");
      replaced(fresh, page);
      if (!ok) throw new Error(one(".wrong, #conflict", fresh)?.textContent.trim() || "Nothing was changed.");
      return true;
    } catch (wrong) {
      say(wrong.message);
      return false;
    } finally { busy = false; }
  }
  /* What she looks at stays where it is; the forms below carry the file's new digest. */
  function replaced(fresh, page) {
    const top = () => one(".bench", bench()).getBoundingClientRect().top, before = top(), within = one(".from", bench()).scrollTop;
    bench().replaceWith(fresh);
    const digest = one("[name=digest]", fresh)?.value;
    for (const field of all("input[name=digest]")) field.value = digest;
    for (const heading of ["stories", "versions"]) {
      const old = one(`#${heading}`)?.closest("section"), other = one(`#${heading}`, page)?.closest("section");
      if (old && other) old.replaceWith(other);
    }
    prepare();
    one(".from", bench()).scrollTop = within;
    if (before < 0) scrollBy({ top: top() - before, behavior: "instant" });
  }
  async function drop(card, claim, against) {
    const quote = card.dataset.quote, words = textOf(claim);
    leave();
    const done = await send({ do: against ? "against" : "for", statement: claim.dataset.statement, [`take.${quote}`]: "yes" });
    const grip = cardOf(quote) && one("[data-grip]", cardOf(quote));
    grip?.focus({ preventScroll: true });
    if (done) say(`It is evidence ${against ? "against" : "for"} “${words}”.`);
  }

  /* Keys: Enter picks up, arrows choose, Enter puts it for and A against, Escape leaves. */
  let held = null, over = null, no = false;
  function aim(claim, against = false) {
    if (over) { over.classList.remove("over", "no"); one(".sides", over)?.remove(); }
    over = claim; no = against;
    if (!over) return;
    over.classList.add("over");
    over.classList.toggle("no", no);
    const sides = document.createElement("div");
    sides.className = "sides"; sides.setAttribute("aria-hidden", "true");
    for (const side of ["For", "Against"]) { const half = document.createElement("span"); half.textContent = side; half.className = (side === "Against") === no ? "at" : ""; sides.append(half); }
    over.append(sides);
  }
  function leave() { held?.classList.remove("held"); held = null; aim(null); }
  function pick(card) {
    leave();
    const list = claims();
    if (!list.length) return say("There is no statement yet. Choose the quote, and write one from it below.");
    held = card;
    card.classList.add("held");
    aim(list[0]);
    over.scrollIntoView({ block: "nearest" });
    say(`Picked up. ${textOf(over)}, 1 of ${list.length}. Arrow keys choose, Enter puts it for, A against, Escape leaves it.`);
  }
  function step(by) {
    const list = claims(), at = (list.indexOf(over) + by + list.length) % list.length;
    aim(list[at]);
    over.scrollIntoView({ block: "nearest" });
    say(`${textOf(over)}, ${at + 1} of ${list.length}.`);
  }
  function walk(grip, by) {
    const grips = all("[data-grip]", bench());
    grips[grips.indexOf(grip) + by]?.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const meta = event.ctrlKey || event.metaKey, undo = one("[data-undo] button", bench());
    if (meta && !event.shiftKey && event.key.toLowerCase() === "z" && undo && !event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) { event.preventDefault(); return undo.click(); }
    const grip = event.target.closest?.("[data-grip]");
    if (meta || !grip) return;
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); held ? drop(held, over, false) : pick(grip.closest("[data-quote]")); }
    else if (event.key.toLowerCase() === "a" && held) { event.preventDefault(); drop(held, over, true); }
    else if (event.key === "Escape" && held) { event.preventDefault(); leave(); say("It stays where it was."); }
    else if (by) { event.preventDefault(); held ? step(by) : walk(grip, by); }
  });
  document.addEventListener("focusout", (event) => { if (held && event.target.closest?.("[data-grip]") && !busy) setTimeout(() => { if (held && !held.contains(document.activeElement)) leave(); }); });

  /* The right half of a statement is against it. */
  function under(x, y) {
    const claim = document.elementFromPoint(x, y)?.closest("[data-statement]") ?? null;
    if (!claim) return aim(null);
    const box = claim.getBoundingClientRect(), against = x > box.left + box.width / 2;
    if (claim !== over || against !== no) aim(claim, against);
  }
  dragging({
    root: bench, busy: () => busy, leave, under,
    dropped(card, letGo) { const claim = over, against = no; aim(null); if (letGo && claim) drop(card, claim, against); },
  });
  document.addEventListener("click", (event) => { const grip = event.target.closest?.("[data-grip]"); if (grip && event.detail === 0 && !held) pick(grip.closest("[data-quote]")); });
})();
