/* A session's board as it fills. Without this file every form and link works, and the page is loaded anew. */
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const live = one("#live"), AGAIN = 2000; // milliseconds
  const STAYS = ["pin", "unpin", "choose"], DONE = [...STAYS, "idea", "vote", "unvote", "drop", "back", "decide", "step", "clock", "lock", "unlock", "write", "reword", "group", "hide", "show"];
  const wait = (time) => new Promise((done) => setTimeout(done, time));
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const parsed = (html) => { const held = document.createElement("template"); held.innerHTML = html; return held.content.firstElementChild; };

  /* What is typed is kept in this tab until it has arrived. A browser that forbids storage still works. */
  const draft = (field) => `draft ${field.dataset.draft || location.pathname}#${field.name}`;
  const seen = (field) => field.form?.elements.base; // what she had seen when she began to type: else a text that came since would be written over
  function keep(field) {
    try {
      if (!field.value) return forget(field);
      if (seen(field) && sessionStorage.getItem(draft(field)) === null) sessionStorage.setItem(draft(field) + "@", seen(field).value);
      sessionStorage.setItem(draft(field), field.value);
    } catch { /* nothing to keep it in */ }
  }
  const forget = (field) => { try { sessionStorage.removeItem(draft(field)); sessionStorage.removeItem(draft(field) + "@"); } catch { /* nothing was kept */ } };
  function restore(root) {
    for (const field of all("[data-draft]", root)) {
      if (field.value !== field.defaultValue) { keep(field); continue; } // typed before this file was here
      try { const kept = sessionStorage.getItem(draft(field)); if (!kept || kept === field.value) continue; field.value = kept; if (seen(field)) seen(field).value = sessionStorage.getItem(draft(field) + "@") ?? seen(field).value; } catch { /* nothing was kept */ }
    }
  }
  document.addEventListener("input", (event) => { if (event.target.matches("[data-draft]")) keep(event.target); });
  restore(document);

  /* Sending: what could not be sent is sent again under the same key, so that it arrives once. */
  function told(form, words) {
    let line = one("[data-told]", form);
    if (!line) { line = document.createElement("p"); line.dataset.told = ""; line.className = "wrong"; line.setAttribute("role", "alert"); form.prepend(line); }
    line.textContent = words; line.hidden = !words;
  }
  async function sent(form, button) {
    const fields = new URLSearchParams(new FormData(form)); fields.set(button.name, button.value);
    const how = { method: "POST", body: fields, headers: { Accept: "application/json" } };
    for (;;) {
      try { return await fetch(form.getAttribute("action").split("#")[0], how); } catch { told(form, "There is no line at the moment. What you wrote is kept, and is sent when the line is back."); await wait(AGAIN); }
    }
  }
  async function send(form, button) {
    if (form.dataset.busy) return;
    form.dataset.busy = "yes"; button.setAttribute("aria-busy", "true");
    try {
      const answer = await sent(form, button), json = (answer.headers.get("content-type") || "").startsWith("application/json");
      if (!json) return location.reload();
      const got = await answer.json();
      if (!answer.ok) return told(form, got.problem || "That was not done.");
      told(form, "");
      arrived(form, button.value);
    } finally { delete form.dataset.busy; button.removeAttribute("aria-busy"); }
  }
  function arrived(form, did) {
    for (const field of all("[data-draft]", form)) forget(field);
    const key = one("[name=sent]", form); if (key) key.value = newKey();
    form.closest(".drop")?.removeAttribute("open");
    if (form.dataset.vote) return voted(form.dataset.vote, did === "vote");
    if (["idea", "decide", "step"].includes(did)) { form.reset(); for (const field of all("textarea", form)) field.value = ""; one("textarea", form)?.focus(); }
    if (sheet.contains(form)) STAYS.includes(did) ? open(sheet.dataset.address) : sheet.close();
    if (!live) location.assign(one("[data-shut]").href);
  }
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || button.name !== "do" || !DONE.includes(button.value)) return;
    event.preventDefault();
    send(event.target, button);
  });

  /* A cell or an idea is opened above the board. */
  const sheet = document.createElement("dialog");
  sheet.className = "over"; sheet.setAttribute("aria-label", "A part of the board"); document.body.append(sheet);
  let opener;
  async function open(address) {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html"), part = one("#sheet", page);
      if (!part) return location.assign(address);
      sheet.replaceChildren(document.adoptNode(part)); sheet.dataset.address = address; part.removeAttribute("id");
      restore(sheet); marked(sheet);
      if (!sheet.open) sheet.showModal();
      sheet.scrollTop = 0;
    } catch { location.assign(address); }
  }
  if (live) document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (link.matches("[data-open]")) { event.preventDefault(); if (!sheet.contains(link)) opener = link.getAttribute("href"); open(link.href); }
    if (link.matches("[data-shut]") && sheet.contains(link)) { event.preventDefault(); sheet.close(); }
  });
  sheet.addEventListener("close", () => { sheet.replaceChildren(); if (opener) one(`#live a[href="${CSS.escape(opener)}"]`)?.focus(); });

  if (!live) return;
  /* One's own votes: the parts that come are the same for everybody. */
  const mine = new Set((live.dataset.voted || "").split(" ").filter(Boolean)), left = one("#left"), most = mine.size + parseInt(left?.textContent || "0", 10);
  function voted(number, on) { on ? mine.add(number) : mine.delete(number); marked(document); }
  function marked(root) {
    for (const form of all("[data-vote]", root)) {
      const on = mine.has(form.dataset.vote), button = one("button", form);
      if (!button) continue;
      button.value = on ? "unvote" : "vote"; button.setAttribute("aria-pressed", String(on)); one("[data-shown]", button).textContent = on ? "Take my vote back" : "Vote";
    }
    if (left) { const number = Math.max(0, most - mine.size); left.textContent = number + (number === 1 ? " vote" : " votes"); }
  }

  /* What is new takes the place of what stood there; the focus stays where it was. */
  function show(news) {
    if (news.state !== live.dataset.state) return location.reload();
    const at = document.activeElement, leading = at?.closest?.("#leading"), hold = at?.closest?.("#live") ? [at.getAttribute("href"), at.closest("form")?.dataset.vote] : [];
    for (const [id, html] of Object.entries(news.parts)) {
      const fresh = parsed(html), old = document.getElementById(id);
      if (old) old.replaceWith(fresh);
      else if (fresh.localName === "tr") document.getElementById(id.startsWith("worth") ? "worths" : "ideas")?.append(fresh);
    }
    for (const [name, ids] of Object.entries(news.rows)) {
      const body = document.getElementById(name);
      if (!body) { if (ids.length) location.reload(); continue; }
      for (const row of all("tr", body)) if (!ids.includes(row.id)) row.remove();
      ids.forEach((id, place) => { const row = document.getElementById(id); if (row && body.children[place] !== row) body.insertBefore(row, body.children[place] || null); });
    }
    one("#none").hidden = news.rows.ideas.length > 0;
    const about = one("#about-idea");
    if (about) { const chosen = about.value; about.replaceChildren(about.options[0], ...all("#ideas .idea").map((idea) => new Option(idea.textContent.slice(0, 80), idea.closest("tr").id.slice(5)))); about.value = chosen; if (about.selectedIndex < 0) about.value = "0"; }
    live.dataset.after = news.mark;
    marked(document); tick();
    if (leading) one("#leading button")?.focus();
    else if (hold[0]) one(`#live a[href="${CSS.escape(hold[0])}"]`)?.focus();
    else if (hold[1]) one(`[data-vote="${hold[1]}"] button`)?.focus();
  }
  const line = one("#line"), lost = (words) => { line.textContent = words; line.hidden = !words; };
  const address = live.dataset.live;
  let failed = 0, asking = false;
  async function ask() { // where events do not come through
    if (asking) return;
    for (asking = true; asking; await wait(AGAIN)) {
      try {
        const answer = await fetch(`${address}/changes?after=${encodeURIComponent(live.dataset.after)}`);
        if (!answer.ok || answer.redirected) return location.reload();
        show(await answer.json()); lost("");
      } catch { lost("The line is lost. What you write is kept, and goes on when it is back."); }
    }
  }
  function listen() {
    const events = new EventSource(`${address}/live?after=${encodeURIComponent(live.dataset.after)}`);
    events.onmessage = (event) => { failed = 0; lost(""); show(JSON.parse(event.data)); };
    events.addEventListener("over", () => { events.close(); location.reload(); });
    events.onerror = () => {
      failed += 1;
      if (failed > 1) lost("The line is lost. What you write is kept, and goes on when it is back.");
      if (events.readyState === EventSource.CLOSED || failed > 5) { events.close(); ask(); }
    };
  }
  if (address) window.EventSource ? listen() : ask();

  function tick() {
    const clock = one("[data-ends]");
    if (!clock) return;
    const seconds = Math.round((Date.parse(clock.dataset.ends) - Date.now()) / 1000);
    one("[data-left]", clock).textContent = seconds <= 0 ? "now: time is up" : seconds < 90 ? `the end in ${seconds} seconds` : `the end in ${Math.round(seconds / 60)} minutes`;
  }
  tick(); setInterval(tick, 5000); marked(document);
})();
