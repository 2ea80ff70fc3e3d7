// The desk's screens stay true by themselves. Without this file they work, and are true when loaded.
"use strict";

(() => {
  const CHANGED = "live";
  const RETRY_MS = 30000;
  const TOGETHER_MS = 300; // changes within it are one
  const SPREAD_MS = 700; // by chance, so that not all screens of a country ask in one moment
  const BUSY_MS = [2000, 6000]; // then it is asked again; by chance too

  // ---- The stream: one connection for all tabs, because a browser has only six for a host ----------
  const others = "BroadcastChannel" in window ? new BroadcastChannel(CHANGED) : null;
  let waiting = 0;

  function changed() {
    clearTimeout(waiting);
    waiting = setTimeout(() => document.body.dispatchEvent(new Event(CHANGED)), TOGETHER_MS + Math.random() * SPREAD_MS);
  }
  document.body.addEventListener("htmx:responseError", (event) => {
    const [soonest, latest] = BUSY_MS;
    if (event.detail.xhr.status === 503) setTimeout(changed, soonest + Math.random() * (latest - soonest));
  });

  function listen(address) {
    return new Promise((ended) => {
      const stream = new EventSource(address);
      stream.addEventListener("changed", () => {
        changed();
        others?.postMessage(CHANGED);
      });
      // The browser comes back by itself unless it was refused.
      stream.addEventListener("error", () => {
        if (stream.readyState === EventSource.CLOSED) setTimeout(ended, RETRY_MS);
      });
    });
  }

  async function keepListening(address) {
    const turn = () => listen(address);
    // The lock is held while this tab listens; when it closes, the next one in line takes over.
    for (;;) await (navigator.locks ? navigator.locks.request(CHANGED, turn) : turn());
  }

  const address = document.body.dataset.live;
  others?.addEventListener("message", changed);
  if (address && "EventSource" in window) keepListening(address);

  // ---- The session has ended: show the login, not a login inside the list --------------------------
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = event.detail;
    const answered = new URL(xhr.responseURL || location.href, location.href).pathname;
    const asked = new URL(pathInfo.finalRequestPath || pathInfo.requestPath, location.href).pathname;
    if (answered !== asked) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });

  // ---- New lines in the queue: marked, counted in the title, and heard if the officer wants ---------
  const queue = document.getElementById("queue");
  if (!queue) return;

  const title = document.title;
  const lines = () => [...queue.querySelectorAll("tr[data-state]")];
  const key = (line) => `${line.id}/${line.dataset.state === "red" ? "red" : "waiting"}`;
  const pressing = () => lines().filter((line) => line.dataset.state !== "held");
  let known = new Set(pressing().map(key));

  function count() {
    const table = queue.querySelector("[data-waiting]");
    const waits = table ? Number(table.dataset.waiting) : 0;
    document.title = waits ? `(${waits}) ${title}` : title;
  }

  queue.addEventListener("htmx:afterSettle", () => {
    const fresh = pressing().filter((line) => !known.has(key(line)));
    fresh.forEach((line) => line.classList.add("is-new"));
    if (fresh.length) ring();
    known = new Set(pressing().map(key));
    count();
  });
  count();

  // ---- Sound ---------------------------------------------------------------------------------------
  const toggle = document.getElementById("sound");
  let audio = null;
  const isOn = () => localStorage.getItem("sound") === "on";

  function ready() {
    // A browser lets a page sound only after somebody has touched it.
    if (isOn()) (audio ??= new AudioContext()).resume();
  }

  function tone(frequency, after) {
    const [sound, volume, start] = [audio.createOscillator(), audio.createGain(), audio.currentTime + after];
    sound.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start);
    volume.gain.exponentialRampToValueAtTime(0.3, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.35);
    sound.connect(volume).connect(audio.destination);
    sound.start(start);
    sound.stop(start + 0.4);
  }

  function ring() {
    if (!isOn() || audio?.state !== "running") return;
    tone(660, 0);
    tone(880, 0.25);
  }

  function show() {
    toggle.setAttribute("aria-pressed", String(isOn()));
    toggle.textContent = isOn() ? toggle.dataset.on : toggle.dataset.off;
  }

  toggle.hidden = false;
  show();
  document.addEventListener("pointerdown", ready);
  document.addEventListener("keydown", ready);
  toggle.addEventListener("click", () => {
    localStorage.setItem("sound", isOn() ? "off" : "on");
    ready();
    show();
    ring();
  });
})();
