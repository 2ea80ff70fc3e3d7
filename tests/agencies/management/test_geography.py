"""The areas as they are shipped: loaded once for all tests here, hence a TestCase."""

from io import StringIO

from django.contrib.gis.geos import Point
from django.core.management import call_command
from django.db import connection
from django.test import TestCase

from agencies.areas import locate
from agencies.models import Area, Hotline

# Places in Thailand beside a crossing, and the district that each is in.
OURS = {
    "Mae Sot": (98.572, 16.713, "6306"),
    "the bridge at Mae Sot": (98.5215, 16.688, "6306"),
    "the bridge at Mae Sai": (99.8815, 20.440, "5709"),
    "Sop Ruak": (100.083, 20.352, "5708"),
    "Chiang Khong": (100.405, 20.262, "5703"),
    "Nong Khai": (102.742, 17.878, "4301"),
    "Mukdahan": (104.725, 16.543, "4901"),
    "Chong Mek": (105.465, 15.145, "3425"),
    "Rong Kluea market": (102.545, 13.664, "2706"),
    "Hat Lek": (102.905, 11.650, "2302"),
    "Three Pagodas Pass": (98.405, 15.298, "7108"),
    "Ranong": (98.605, 9.955, "8501"),
    "Padang Besar": (100.329, 6.680, "9010"),
    "Dan Nok": (100.418, 6.535, "9010"),
    "Betong": (101.0725, 5.774, "9502"),
    "the post at Betong": (101.03, 5.735, "9502"),
    "Su-ngai Kolok": (101.966, 6.030, "9610"),
    "Tak Bai": (102.055, 6.260, "9602"),
}
ABROAD = {
    "Myawaddy": (98.509, 16.685),
    "Shwe Kokko": (98.523, 16.820),
    "Tachileik": (99.880, 20.450),
    "the zone at Ton Pheung": (100.115, 20.350),
    "Vientiane": (102.610, 17.970),
    "Poipet": (102.557, 13.660),
    "Payathonzu": (98.378, 15.308),
    "Kawthaung": (98.550, 9.983),
    "Pengkalan Hulu": (101.001, 5.704),
    "Rantau Panjang": (101.976, 6.018),
    "Kota Bharu": (102.240, 6.120),
    "Kuala Lumpur": (101.690, 3.140),
    "the Gulf of Thailand": (101.500, 9.500),
}


def load() -> str:
    said = StringIO()
    call_command("load_areas", stdout=said, skip_checks=True)
    return said.getvalue()


def value(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


class TestRealAreas(TestCase):
    said: str

    @classmethod
    def setUpTestData(cls) -> None:
        cls.said = load()

    def test_all_areas_are_there(self):
        counts = {level: Area.objects.filter(level=level).count() for level in Area.Level.values}

        assert counts == {"PROVINCE": 77, "DISTRICT": 928, "SUB_DISTRICT": 7436, "ABROAD": 42}
        assert "not a legal boundary" in self.said

    def test_each_area_stands_under_its_own(self):
        loose = Area.objects.exclude(level__in=["PROVINCE", "ABROAD"]).filter(parent=None)

        assert not loose.exists()
        assert Area.objects.get(code="950201").parent_id == "9502"

    def test_loading_again_changes_nothing(self):
        before = value("SELECT md5(string_agg(area::text, '' ORDER BY code)) FROM agencies_area area")

        load()

        assert value("SELECT md5(string_agg(area::text, '' ORDER BY code)) FROM agencies_area area") == before
        assert Hotline.objects.count() == len(Hotline.from_file())

    def test_beside_a_crossing_we_are_in_thailand(self):
        for name, (longitude, latitude, district) in OURS.items():
            with self.subTest(name):
                located = locate(Point(longitude, latitude, srid=4326))

                assert (located.district, located.is_abroad) == (district, False)

    def test_across_the_border_we_are_abroad(self):
        for name, (longitude, latitude) in ABROAD.items():
            with self.subTest(name):
                assert locate(Point(longitude, latitude, srid=4326)).is_abroad

    def test_a_fishing_boat_near_the_coast_has_a_province(self):
        located = locate(Point(101.50, 6.98, srid=4326))  # some 10 km off Pattani

        assert (located.province, located.is_abroad) == ("94", False)

    def test_every_province_is_drawn_and_they_do_not_overlap(self):
        assert not Area.objects.provinces().filter(boundary=None).exists()
        assert value("SELECT bool_and(ST_IsValid(boundary)) FROM agencies_area WHERE level = 'PROVINCE'")
        double = "SELECT sum(ST_Area(boundary)) - ST_Area(ST_Union(boundary)) FROM agencies_area"
        assert abs(value(double)) < 0.001  # square degrees, of 47

    def test_the_outlines_are_small_enough_for_a_map_on_a_phone(self):
        size = value("SELECT sum(length(ST_AsGeoJSON(boundary, 3))) FROM agencies_area WHERE level = 'PROVINCE'")

        assert size <= 60_000

    def test_nearly_every_sub_district_lies_in_the_outline_of_its_province(self):
        outside = """
            SELECT count(*) FROM agencies_area part JOIN agencies_area province ON province.code = left(part.code, 2)
            WHERE part.level = 'SUB_DISTRICT' AND part.centroid IS NOT NULL
                AND NOT ST_Intersects(province.boundary, part.centroid::geometry)
        """

        assert value(outside) < 75  # 1 %: the lines are simplified

    def test_no_town_abroad_lies_in_an_outline(self):
        inside = """
            SELECT count(*) FROM agencies_area town JOIN agencies_area province
                ON province.level = 'PROVINCE' AND ST_Intersects(province.boundary, town.centroid::geometry)
            WHERE town.level = 'ABROAD'
        """

        assert value(inside) == 0

    def test_the_country_has_no_spikes(self):
        # The whole is 5.6 to 20.5 degrees north; a cell that ran out to sea or abroad would be far outside.
        box = value("SELECT ST_Extent(boundary)::text FROM agencies_area WHERE level = 'PROVINCE'")

        west, south, east, north = (float(n) for n in box[4:-1].replace(",", " ").split())
        assert 97.2 < west < 97.7
        assert 5.4 < south < 5.8
        assert 105.4 < east < 105.9
        assert 20.3 < north < 20.7
