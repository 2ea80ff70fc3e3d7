// The map of a case: positions with their accuracy, and the agencies around. Streets only through our own address.
"use strict";

(() => {
  const element = document.getElementById("case-map");
  const source = document.getElementById("case-map-data");
  if (!element || !source || !window.L) return;

  const { middle, positions, agencies, names, outlines } = JSON.parse(source.textContent);
  const CALM = { animate: false };
  const AT_LEAST = 4000; // metres around the person, so that the names around are in view
  const NEAR = 8000; // an agency that was asked and is nearer than this is in view

  const map = L.map(element, {
    attributionControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
    inertia: false, minZoom: 6, maxZoom: 17, scrollWheelZoom: false,
  });
  const last = { at: middle };
  map.setView(last.at, 13, CALM); // a circle in metres needs a view to be drawn in
  L.control.scale({ imperial: false }).addTo(map);
  if (element.dataset.streets) {
    element.classList.add("has-streets");
    L.tileLayer(element.dataset.streets, { maxNativeZoom: Number(element.dataset.streetsZoom) }).addTo(map);
  }

  function icon(className, text) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return L.divIcon({ className: "marker", html: span, iconSize: [24, 24] });
  }

  function when(moment) {
    return new Date(moment).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  }

  // The name stands on the side away from the person.
  function beside(at) {
    const isWest = at[1] < last.at[1];
    return {
      permanent: true, direction: isWest ? "left" : "right", offset: [isWest ? -6 : 6, 0], className: "asked-name",
    };
  }

  outlines.forEach((outline) => L.geoJSON(outline, { className: "province ours", interactive: false }).addTo(map));

  names.forEach(({ at, name }) =>
    L.marker(at, { icon: icon("around-name", name), interactive: false, keyboard: false }).addTo(map));

  agencies.forEach(({ at, name, asked }) =>
    L.marker(at, { icon: icon(asked ? "square square-asked" : "square", asked ? "■" : "□"), keyboard: false, alt: name })
      .bindTooltip(name, asked ? beside(at) : {}).addTo(map));

  positions.forEach(({ at, accuracy, moment, source: measured, last }) => {
    const words = `${last ? element.dataset.last : element.dataset.before} · ${measured} · ${when(moment)}`;
    if (accuracy) L.circle(at, { radius: accuracy, className: "accuracy", interactive: false }).addTo(map);
    L.circleMarker(at, { radius: last ? 8 : 5, className: last ? "person" : "person person-before" })
      .bindTooltip(words).addTo(map);
  });

  // Where the person goes: drawn anew whenever that part of the page was.
  const way = L.layerGroup().addTo(map);
  function track() {
    const part = document.getElementById("case-track");
    way.clearLayers();
    if (!part) return;
    const { trail, accuracy, moment, live } = JSON.parse(part.textContent);
    if (!trail.length) return;
    const at = trail[trail.length - 1];
    L.polyline(trail, { className: "trail", interactive: false }).addTo(way);
    if (accuracy) L.circle(at, { radius: accuracy, className: "accuracy", interactive: false }).addTo(way);
    L.circleMarker(at, { radius: 9, className: "person person-moving" })
      .bindTooltip(`${live ? element.dataset.now : element.dataset.seen} · ${when(moment)}`).addTo(way);
    if (!map.getBounds().contains(at)) map.panTo(at, CALM);
  }
  document.body.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "moving") track(); });

  const bounds = L.latLngBounds([middle]);
  positions.forEach(({ at, accuracy }) => bounds.extend(L.latLng(at).toBounds(2 * Math.max(accuracy || 0, AT_LEAST))));
  agencies.filter(({ at, asked }) => asked && map.distance(at, last.at) < NEAR).forEach(({ at }) => bounds.extend(at));
  map.fitBounds(bounds, { ...CALM, padding: [24, 24] });
  track();
})();
