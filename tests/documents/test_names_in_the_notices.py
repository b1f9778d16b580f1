"""Every department of the five notices is known, as it was called then; skipped where they are absent."""

from pathlib import Path

import pytest
from django.conf import settings

from departments.models import Region
from departments.services.loading import load_register, read_register
from departments.services.loading_regions import load_regions, read_regions
from departments.services.ready_register import load_ready_register
from departments.services.register import Register
from documents.parsing import parse_file
from documents.services.importing import region_named

SEEDS = sorted((Path(__file__).parents[3] / "shared" / "seeds").glob("*.txt"))
FIXTURES = settings.BASE_DIR / "fixtures"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SEEDS, reason="the notices are not part of the repository"),
]


@pytest.fixture
def register_of_the_five(db):
    load_regions(read_regions(FIXTURES / "regions.csv"))
    load_register(read_register(FIXTURES / "register.json"))


def names_in(path: Path) -> tuple[Region, object, list[str]]:
    parsed = parse_file(path, filename=path.name)
    named = [d.name for t in parsed.tasks for r in t.responsibilities for d in r.departments]
    return region_named(parsed.region), parsed.issued_on, list(dict.fromkeys(named))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_department_is_known(path, register_of_the_five):
    region, on, names = names_in(path)
    register = Register(region, on)
    assert [name for name in names if not register.resolve(name).department] == []


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_so_it_is_with_the_history_of_its_region_and_no_date_is_wrong(path, register_of_the_five):
    region, on, names = names_in(path)
    load_ready_register(region=region, actor=None)
    register = Register(region, on)
    answers = {name: register.resolve(name) for name in names}
    assert [name for name, answer in answers.items() if not answer.department] == []
    assert {name: a.warning for name, a in answers.items() if a.warning} == {}


def test_five_notices_name_dozens_of_departments(register_of_the_five):
    assert sum(len(names_in(path)[2]) for path in SEEDS) > 50
