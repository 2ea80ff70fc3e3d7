// Two maps without streets, drawn from our own outlines: the supervisor's, and the sketch for a responder.
"use strict";

(() => {
  const SHAPES = { red: "▲", waiting: "◔", held: "●" };
  const WORST_FIRST = ["red", "waiting", "held"];
  const CELL = 48; // pixels: what is nearer is drawn as one
  const TOWN = 32;
  const FOCUS_ZOOM = 11;
  const FEW_PROVINCES = 20, AGENCIES_FROM_ZOOM = 9;
  const CALM = { animate: false }; // nothing moves unless something happened

  const place = ([longitude, latitude]) => [latitude, longitude];

  function icon(className, text, size) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return L.divIcon({ className: "marker", html: span, iconSize: [size, size] });
  }

  function newMap(element) {
    const map = L.map(element, {
      attributionControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
      inertia: false, minZoom: 4, maxZoom: 14, zoomSnap: 0.25,
    });
    L.control.scale({ imperial: false }).addTo(map);
    streets(element, map);
    return map;
  }

  // Streets, where this portal has a host for them: through our own address.
  function streets(element, map) {
    const { streets: address, streetsZoom } = element.dataset;
    if (!address) return;
    element.classList.add("has-streets");
    L.tileLayer(address, { maxNativeZoom: Number(streetsZoom) }).addTo(map);
  }

  // ---- The supervisor's map --------------------------------------------------------------------------
  function overview(element) {
    const list = document.getElementById("watched");
    const map = newMap(element);
    const pins = L.layerGroup().addTo(map);
    let features = [], chosen = "", newest = 0;

    const line = (reference) => reference && document.getElementById(`line-${reference}`);

    // Each joins the first group whose first member is nearer than CELL; the worst and oldest come first.
    function groups() {
      const found = [];
      for (const feature of features) {
        const pixel = map.project(place(feature.geometry.coordinates), map.getZoom());
        const near = found.find((group) => group.pixel.distanceTo(pixel) < CELL);
        if (near) near.members.push(feature);
        else found.push({ pixel, members: [feature] });
      }
      return found.map((group) => group.members);
    }

    const states = (members) => members.map((member) => member.properties.state);
    const worst = (members) => WORST_FIRST.find((state) => states(members).includes(state));

    function look(members) {
      const state = worst(members);
      const [first] = members;
      const isChosen = members.some((member) => chosen && member.properties.reference === chosen);
      const kinds = ["pin", `state-${state}`];
      if (isChosen) kinds.push("pin-chosen");
      if (members.length > 1) return icon([...kinds, "pin-many"].join(" "), `${SHAPES[state]} ${members.length}`, 44);
      if (first.properties.urgency === "EMERGENCY") kinds.push("pin-large");
      if (first.properties.area) kinds.push("pin-area");
      return icon(kinds.join(" "), SHAPES[state], 32);
    }

    function open(members) {
      const bounds = L.latLngBounds(members.map((member) => place(member.geometry.coordinates)));
      const isOneSpot = bounds.getNorthEast().equals(bounds.getSouthWest());
      if (members.length > 1 && !isOneSpot) map.fitBounds(bounds, { ...CALM, padding: [40, 40] });
      const reference = members[0].properties.reference;
      choose(reference);
      line(reference)?.scrollIntoView({ block: "nearest" });
    }

    function said(members) {
      const words = members.map((member) => line(member.properties.reference)?.textContent ?? "");
      return words.map((text) => text.replace(/\s+/g, " ").trim()).filter(Boolean).slice(0, 5).join("\n");
    }

    function draw() {
      pins.clearLayers();
      for (const members of groups()) {
        const marker = L.marker(place(members[0].geometry.coordinates), { icon: look(members), title: said(members), riseOnHover: true });
        marker.on("click", () => open(members)).addTo(pins);
        marker.getElement().setAttribute("aria-label", said(members) || look(members).options.html.textContent);
      }
    }

    function choose(reference) {
      chosen = reference;
      for (const each of list.querySelectorAll("[data-reference]")) {
        each.classList.toggle("is-chosen", each.dataset.reference === chosen);
      }
      draw();
    }

    async function load() {
      const mine = ++newest;
      const found = await geojson(element.dataset.cases);
      if (!found || mine !== newest) return; // an answer that was overtaken is not drawn
      features = found.features;
      choose(chosen);
    }

    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-find]");
      const feature = button && features.find((each) => each.properties.reference === button.dataset.find);
      if (!feature) return;
      map.setView(place(feature.geometry.coordinates), Math.max(map.getZoom(), FOCUS_ZOOM), CALM);
      choose(button.dataset.find);
    });
    // The list has just asked again; the markers follow it, so that both say the same.
    list.addEventListener("htmx:afterSettle", load);
    map.on("zoomend", draw);

    ground(element, map).then(load).then(fit);

    // A case near the border may lie in the next province.
    function fit() {
      const outside = features.map((each) => place(each.geometry.coordinates)).filter((each) => !map.getBounds().contains(each));
      if (outside.length) map.fitBounds(outside.reduce((bounds, each) => bounds.extend(each), map.getBounds()), CALM);
    }
  }

  async function geojson(address) {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json" } });
    // A redirect leads to the login: the session has ended.
    return answer.ok && !answer.redirected ? answer.json() : null;
  }

  async function ground(element, map) {
    map.setView([13.2, 101], 6);
    const provinces = await geojson(element.dataset.outlines);
    if (!provinces) return;
    const outline = (feature) => ({ className: feature.properties.ours ? "province ours" : "province", weight: 1 });
    const drawn = L.geoJSON(provinces, { style: outline, interactive: false }).addTo(map);
    const ours = drawn.getLayers().filter((layer) => layer.feature.properties.ours);
    if (ours.length) map.fitBounds(L.featureGroup(ours).getBounds(), CALM);
    const isLocal = ours.length < FEW_PROVINCES;
    if (isLocal) ours.forEach(name);
    agencies(element, map, isLocal ? 0 : AGENCIES_FROM_ZOOM);
  }

  function name(layer) {
    layer.bindTooltip(layer.feature.properties.name, { permanent: true, direction: "center", className: "province-name" });
  }

  // In the view of the whole country they would only be in the way; so they would be on a wall.
  function agencies(element, map, fromZoom) {
    const legend = [...document.querySelectorAll("[data-kinds]")];
    if (!legend.length) return;
    let offices = null;
    const layer = L.layerGroup().addTo(map);

    async function draw() {
      layer.clearLayers();
      if (map.getZoom() < fromZoom) return;
      offices ??= geojson(element.dataset.agencies).then((found) => (found ? officesIn(found, legend) : []));
      const known = await offices;
      layer.clearLayers();
      towns(known, map).forEach((town) => square(town).addTo(layer));
    }
    map.on("zoomend", draw);
    draw();
  }

  function officesIn(collection, legend) {
    const entry = (kind) => legend.find((each) => each.dataset.kinds.split(" ").includes(kind)) ?? legend.at(-1);
    return collection.features.flatMap(({ geometry, properties: { kind, names } }) => {
      const glyph = entry(kind).querySelector(".square").textContent;
      return geometry.coordinates.map((coordinates, index) => ({ at: place(coordinates), glyph, name: names[index] ?? "" }));
    });
  }

  // Offices in one town stand side by side, each kind once.
  function towns(offices, map) {
    const found = new Map();
    for (const office of offices) {
      const { x, y } = map.project(office.at, map.getZoom());
      const key = `${Math.round(x / TOWN)}/${Math.round(y / TOWN)}`;
      found.set(key, [...(found.get(key) ?? []), office]);
    }
    return [...found.values()];
  }

  function square(town) {
    const glyphs = [...new Set(town.map((office) => office.glyph))].sort().join("");
    const title = town.map((office) => office.name).join("\n").trim();
    return L.marker(town[0].at, { icon: icon("square", glyphs, 16), title, keyboard: false, zIndexOffset: -1000 });
  }

  // ---- The responder's sketch ------------------------------------------------------------------------
  function sketch(element) {
    const { latitude, longitude, accuracy, agencyLatitude, agencyLongitude, agencyName } = element.dataset;
    const here = [Number(latitude), Number(longitude)];
    document.querySelectorAll("#sketch, .sketch-note").forEach((each) => { each.hidden = false; });
    const map = newMap(element);
    map.setView(here, 12);
    const around = [...document.querySelectorAll(".around")].map(({ dataset, textContent }) =>
      label([Number(dataset.latitude), Number(dataset.longitude)], textContent).addTo(map));
    const circle = L.circle(here, { radius: Math.max(Number(accuracy) || 0, 1), className: "accuracy", weight: 1 }).addTo(map);
    L.marker(here, { icon: icon("pin pin-large", "◎", 32), keyboard: false }).addTo(map);
    const bounds = around.slice(0, 3).reduce((so, each) => so.extend(each.getLatLng()), circle.getBounds());
    if (agencyLatitude) {
      const agency = [Number(agencyLatitude), Number(agencyLongitude)];
      L.marker(agency, { icon: icon("square", "■", 16), title: agencyName, keyboard: false }).addTo(map);
      if (map.distance(here, agency) < 60000) bounds.extend(agency);
    }
    map.fitBounds(bounds.pad(0.2), { ...CALM, maxZoom: 13 });
  }

  function label(at, text) {
    const icons = icon("around-name", `· ${text}`, 0);
    return L.marker(at, { icon: icons, interactive: false, keyboard: false });
  }

  // ---- Small things ----------------------------------------------------------------------------------
  function copyButton(button) {
    const words = button.textContent;
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }

  function wallClock(element) {
    const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Bangkok" });
    setInterval(() => { element.textContent = time.format(new Date()); }, 1000);
  }

  const start = { map: overview, sketch, clock: wallClock };
  for (const [id, begin] of Object.entries(start)) {
    const element = document.getElementById(id);
    if (element) begin(element);
  }
  document.querySelectorAll("[data-copy]").forEach(copyButton);
})();
