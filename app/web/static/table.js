/* Keeps what is said at the table in this browser, and saves it as one small file. Asks nobody anything. */
"use strict";
(function () {
  var form = document.getElementById("answers"), told = form.dataset;
  var key = "storyhold table " + told.story + " " + told.digest;
  var every = Array.prototype.slice.call(form.elements).filter(function (one) { return one.id && one.name; });
  var box = function (one) { return one.type === "checkbox" || one.type === "radio"; };
  var first = every.map(function (one) { return box(one) ? one.checked : one.value; });
  var by = function (id) { return document.getElementById(id); };

  function remember() {
    var kept = {};
    every.forEach(function (one, at) {
      var now = box(one) ? one.checked : one.value;
      if (now !== first[at]) { kept[one.id] = now; }
    });
    try { localStorage.setItem(key, JSON.stringify(kept)); } catch (_) { by("not-kept").hidden = false; }
  }
  function bringBack() {
    var kept = {};
    try { kept = JSON.parse(localStorage.getItem(key) || "{}"); } catch (_) { by("not-kept").hidden = false; }
    every.forEach(function (one) {
      if (!(one.id in kept)) { return; }
      if (box(one)) { one.checked = kept[one.id]; } else { one.value = kept[one.id]; }
      var fold = one.closest("details");
      if (fold) { fold.open = true; }
    });
  }
  function same(one, at) { return one.value.trim().split(/\s+/).join(" ") === first[at].trim().split(/\s+/).join(" "); }
  function said() {
    var found = [];
    every.forEach(function (one, at) {
      var kind = one.dataset.kind, text = box(one) ? "" : one.value.trim();
      if (!kind || (box(one) ? !one.checked : !text || same(one, at))) { return; }
      found.push({ kind: kind, anchor: one.dataset.anchor || "", text: text });
    });
    return found;
  }
  function consent() {
    var chosen = every.filter(function (one) { return one.name === "answer" && one.checked; })[0];
    if (!chosen) { return null; }
    var uses = every.filter(function (one) { return one.name === "use" && one.checked; });
    return {
      answer: chosen.value,
      uses: chosen.value === "yes" ? uses.map(function (one) { return one.value; }) : [],
      until: by("until").value,
      not_for: by("not_for").value.split("\n").map(function (one) { return one.trim(); }).filter(Boolean)
    };
  }
  function answers() {
    var now = new Date(), two = function (number) { return (number < 10 ? "0" : "") + number; };
    return JSON.stringify({
      storyhold: "answers from the table",
      version: 1,
      story: told.story,
      revision: Number(told.revision),
      digest: told.digest,
      day: now.getFullYear() + "-" + two(now.getMonth() + 1) + "-" + two(now.getDate()),
      said: said(),
      consent: consent()
    }, null, 1);
  }
  form.addEventListener("input", remember);
  form.addEventListener("change", remember);
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    var text = answers(), link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "answers-" + told.story + ".json";
    document.body.appendChild(link);
    link.click();
    link.remove();
    by("copy").value = text;
    by("saved").hidden = false;
  });
  bringBack();
  by("works").hidden = false;
}());
