(function () {
  // Milliseconds. A line may take a press and never answer: the numbers are shown, and later the try ends.
  var WAITS = [1, 2, 5, 10], NUMBERS = 10000, TRY = 45000, STALL = 15000, ANEW = 5000, notice = document.getElementById("notice"),
    geo = navigator.geolocation, busy = 0, began, waiting, timer, late, pressed, watch, best, tries = 0;

  function say(text, calls) {
    notice.hidden = !text;
    notice.textContent = text;
    if (calls) notice.appendChild(document.querySelector(".hotlines ul").cloneNode(true));
  }
  function sending(more) {
    say(notice.dataset.sending + more + (late ? " " + document.getElementById("hotlines").textContent : ""), late);
  }
  function show(text) {
    var page = new DOMParser().parseFromString(text.slice(text.indexOf("<body")), "text/html"), main = page.querySelector("main"),
      tongues = page.getElementById("languages"), first;
    if (!main) throw 0;
    document.querySelector("main").replaceWith(main);
    if (tongues) document.getElementById("languages").replaceWith(tongues);
    begin();
    scrollTo(0, 0);
    first = main.querySelector("[autofocus]") || main.querySelector("[tabindex]");
    if (first) first.focus();
  }
  // The work is given up when nothing is heard for so long; `heard` begins the time anew.
  function patient(work) {
    return new Promise(function (done, failed) {
      var clock;
      function heard(ms) {
        clearTimeout(clock);
        clock = setTimeout(function () {
          failed();
          if (heard.line) heard.line.abort();
        }, ms);
      }
      work(heard).then(done, failed).then(function () { clearTimeout(clock); });
    });
  }
  // Only this way a browser says how much of a file has left.
  function upload(url, body, heard) {
    return new Promise(function (done, failed) {
      var line = heard.line = new XMLHttpRequest();
      line.upload.onprogress = function (sent) {
        heard(sent.loaded < sent.total ? STALL : TRY);
        if (sent.lengthComputable) sending(" " + Math.floor(sent.loaded / sent.total * 20) * 5 + " %");
      };
      line.onprogress = function () { heard(STALL); };
      line.onload = function () { done({status: line.status, text: line.responseText}); };
      line.onerror = line.onabort = failed;
      line.open("POST", url);
      line.send(body);
    });
  }
  function read(answer, heard) {
    var pieces = answer.body && answer.body.getReader && answer.body.getReader(), letters = pieces && new TextDecoder(), text = "";
    function more() {
      return pieces.read().then(function (piece) {
        heard(STALL);
        if (piece.done) return text;
        text += letters.decode(piece.value, {stream: true});
        return more();
      });
    }
    heard(STALL);
    return pieces ? more() : answer.text();
  }
  function post(url, body, ms) {
    return patient(function (heard) {
      heard(ms);
      if (body instanceof FormData) return upload(url, body, heard);
      // Who presses and leaves at once has pressed; browsers refuse to do that with 64 kB and more.
      var short = !busy && String(body).length < 5e4, line = heard.line = window.AbortController && new AbortController();
      return fetch(url, {
        method: "POST", body: body, credentials: "omit", cache: "no-store", keepalive: short, signal: line ? line.signal : undefined
      }).then(function (answer) {
        return read(answer, heard).then(function (text) { return {status: answer.status, text: text}; });
      });
    });
  }
  // A press carries the page's key: sent again, it is the same report. The first answer counts.
  function send(url, body) {
    var page = document.querySelector("main"), sent, numbers = setTimeout(function () {
      if (isOver() || tries) return;
      late = true;
      sending("");
    }, NUMBERS);
    function isOver() { return page !== document.querySelector("main"); }
    function end() {
      busy--;
      clearTimeout(numbers);
    }
    clearTimeout(timer);
    began = performance.now();
    waiting = null;
    if (!tries && !busy) {
      late = false;
      sending("");
    }
    sent = post(url, body, body instanceof FormData ? STALL : TRY);
    busy++;
    sent.then(function (answer) {
      end();
      if (isOver()) return;
      show(answer.text);
      if (answer.status > 499) throw 0;
      tries = 0;
      say("");
    }, function () {
      end();
      if (!isOver() && !busy) throw 0;
    }).catch(function () {
      var again = body.has("key");
      say(again ? notice.dataset.again : notice.dataset.failed, true);
      if (!again) return;
      waiting = function () { send(url, body); };
      timer = setTimeout(waiting, WAITS[Math.min(tries++, 3)] * 1000);
    });
  }
  addEventListener("online", function () { if (waiting) waiting(); });
  addEventListener("click", function (event) { pressed = event.target.closest("button"); });
  addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter || pressed, file = form.querySelector("[type=file]"), body;
    if (!form.closest("main") || !window.fetch) return;
    try {
      body = new URLSearchParams();
      if (file && file.files.length) body = new FormData(form);
      else new FormData(form).forEach(function (value, name) { if (name !== "file") body.append(name, value); });
    } catch (tooOld) { return; }
    event.preventDefault();
    // A double press is one. Who presses again much later does not trust the first try, and gets another beside it.
    if (busy && (performance.now() - began < ANEW || busy > 2 || body instanceof FormData)) return;
    if (button && button.name && button.form === form) body.append(button.name, button.value);
    if (form.id === "pin") stop();
    send(form.action, body);
  });

  function stop() {
    var line = document.getElementById("locating");
    if (watch) geo.clearWatch(watch);
    watch = 0;
    if (line) line.hidden = true;
  }
  function got(fix) {
    if (watch && fix.coords.accuracy < best * 0.8) report(fix, best = fix.coords.accuracy);
  }
  function report(fix, accuracy) {
    var body = new URLSearchParams(), token = document.querySelector("main [name=token]"), at = fix.coords;
    body.append("token", token.value);
    body.append("latitude", at.latitude);
    body.append("longitude", at.longitude);
    body.append("accuracy", accuracy);
    body.append("captured_at", fix.timestamp);
    post(document.querySelector("main").dataset.locate, body, STALL).then(function (answer) {
      if (answer.status > 499) throw 0;
      if (answer.status !== 200) return;
      var place = JSON.parse(answer.text), ask = document.getElementById("ask");
      for (var id in place) document.getElementById(id).innerHTML = place[id];
      if (!ask.contains(document.activeElement)) ask.open = false;
    }).catch(function () {
      setTimeout(function () { if (accuracy === best) report(fix, accuracy); }, 3000);
    });
  }
  // Asked for only after a press, and for half a minute; the page never waits for it.
  function locate() {
    var line = document.getElementById("locating");
    best = Infinity;
    line.hidden = false;
    line.querySelector("button").onclick = function () { best = 0; stop(); };
    watch = geo.watchPosition(got, function (why) { if (why.code === 1) stop(); }, {enableHighAccuracy: true});
    geo.getCurrentPosition(got, function () {}, {maximumAge: 600000, timeout: 10000});
    setTimeout(stop, 30000);
  }
  function begin() {
    if (geo && document.querySelector("main[data-locate]")) locate();
    // Parts whose script is fetched only when their first button is pressed.
    [].forEach.call(document.querySelectorAll("main [data-script]"), function (part) {
      if (part.id === "share" && !geo) return;
      part.hidden = false;
      part.querySelector("button").onclick = function () {
        var script = document.createElement("script");
        script.src = part.dataset.script;
        document.head.appendChild(script);
      };
    });
  }
  begin();
})();
