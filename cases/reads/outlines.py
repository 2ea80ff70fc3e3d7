"""The country as a drawing: outlines of the provinces, and a named point for each district."""

from django.db import connection

# Degrees: 0.005 is some 500 m, finer than the outlines are; three decimals are some 100 m.
_SQL = """
SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(feature), '[]'))::text
FROM (
    SELECT json_build_object(
        'type', 'Feature',
        'properties', json_build_object('name', CASE WHEN %(language)s = 'th' THEN name_th ELSE name_en END),
        'geometry', CASE level
            WHEN 'PROVINCE' THEN ST_AsGeoJSON(ST_SimplifyPreserveTopology(boundary, 0.005), 3)::json
            ELSE ST_AsGeoJSON(centroid, 3)::json
        END
    ) AS feature
    FROM agencies_area
    WHERE level = 'PROVINCE' AND boundary IS NOT NULL OR level = 'DISTRICT' AND centroid IS NOT NULL
    ORDER BY code
) AS drawn
"""


def outlines(language: str) -> str:
    """Return a GeoJSON feature collection (WGS 84, longitude first), which PostGIS builds."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"language": language})
        return cursor.fetchone()[0]
