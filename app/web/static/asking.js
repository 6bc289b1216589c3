/* Sends what is asked for, and gives the page that comes back, with the part of it that takes the place of the one shown. */
"use strict";
/* `what` is how the page is called in words; a sentence for whoever asked is thrown where nothing came of it. */
async function pageAfter(address, fields, what, part) {
  let answer, text;
  try {
    answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
    text = await answer.text();
  } catch { throw new Error(navigator.onLine ? `The connection broke off before the answer came. Open the ${what} again to see what was done.` : "No connection: nothing was changed. Try again when you are back online."); }
  const page = new DOMParser().parseFromString(text, "text/html"), fresh = page.querySelector(part);
  if (!fresh && answer.ok) throw new Error("You are signed out: nothing was changed. Sign in in another tab, then try again.");
  if (!fresh) throw new Error(`This could not be done. Open the ${what} again, and try once more.`);
  return { page, fresh, ok: answer.ok, url: answer.url };
}
