"""Province outlines, drawn from the centroids of sub-districts: a sketch, never a legal boundary."""

from django.db import connection, transaction

# Each site gets its Voronoi cell; the cells of a province make its land. The towns abroad are sites too, so that
# the line runs between them and ours. The country ends where no sub-district is around: within 0.8 of the distance
# to the third neighbour, 3 to 20 km; small bays are closed and holes filled. Then every line between two corners is
# simplified once, so that neighbours still share it (VW: the square degrees that a bend must enclose to stay), and
# rounded to 3 decimals, about 100 m. Planar degrees throughout: a sketch needs no better.
#
# Temporary tables, because whoever runs this may not ANALYZE ours, and a table that was just loaded has no
# statistics: the planner then compares each cell with each site, for minutes.
_PREPARE = """
SET LOCAL jit = off;
CREATE TEMPORARY TABLE outline_site ON COMMIT DROP AS
    SELECT left(code, 2) AS province, level = 'SUB_DISTRICT' AS is_ours, centroid::geometry AS geom
    FROM agencies_area WHERE level IN ('SUB_DISTRICT', 'ABROAD') AND centroid IS NOT NULL;
CREATE INDEX ON outline_site USING gist (geom);
CREATE TEMPORARY TABLE outline_cell ON COMMIT DROP AS
    SELECT (ST_Dump(ST_VoronoiPolygons(ST_Collect(geom), 0, ST_Expand(ST_Collect(geom), 1)))).geom FROM outline_site;
CREATE INDEX ON outline_cell USING gist (geom);
ANALYZE outline_site, outline_cell;
"""
_DRAW = """
WITH around AS (
    SELECT ST_Buffer(site.geom, least(greatest(0.8 * max(near.degrees), 0.03), 0.18), 4) AS geom
    FROM outline_site AS site, LATERAL (
        SELECT other.geom <-> site.geom AS degrees FROM outline_site AS other
        WHERE other.is_ours ORDER BY other.geom <-> site.geom LIMIT 1 + 3
    ) AS near
    WHERE is_ours GROUP BY site.geom
), country AS MATERIALIZED (
    SELECT ST_Union(ST_MakePolygon(ST_ExteriorRing(part.geom))) AS geom FROM (
        SELECT (ST_Dump(ST_Buffer(ST_Buffer(ST_Union(geom), 0.06, 4), -0.06, 4))).geom FROM around
    ) AS part
), land AS MATERIALIZED (
    SELECT site.province, ST_Intersection(ST_Union(cell.geom), (SELECT geom FROM country)) AS geom
    FROM outline_cell AS cell JOIN outline_site AS site ON ST_Intersects(cell.geom, site.geom)
    WHERE site.is_ours GROUP BY site.province
), line AS (
    SELECT ST_SnapToGrid(ST_SimplifyVW(part.geom, 0.0016), 0.001) AS geom
    FROM (SELECT (ST_Dump(ST_LineMerge(ST_Union(ST_Boundary(geom))))).geom FROM land) AS part
), face AS (
    SELECT (ST_Dump(ST_Polygonize(net))).geom FROM (SELECT ST_Node(ST_Collect(geom)) AS net FROM line) AS noded
)
UPDATE agencies_area SET boundary = drawn.geom
FROM (
    SELECT land.province, ST_Multi(ST_Union(face.geom)) AS geom
    FROM face JOIN land ON ST_Intersects(land.geom, ST_PointOnSurface(face.geom)) GROUP BY land.province
) AS drawn
WHERE agencies_area.code = drawn.province
"""


@transaction.atomic
def draw() -> int:
    """Draw the outline of every province that has sites. Return how many were drawn."""
    with connection.cursor() as cursor:
        cursor.execute(_PREPARE)
        cursor.execute(_DRAW)
        drawn = cursor.rowcount
        cursor.execute("DROP TABLE outline_site, outline_cell")  # now, because the transaction may draw again
        return drawn
