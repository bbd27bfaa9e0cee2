"""Every entry of the navigation leads to a page that exists."""

from pathlib import Path

from app.settings import Settings
from app.web import navigation
from app.web.app import create_app, page_routes


def test_every_entry_of_the_navigation_has_its_page(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, secret_key="k" * 32))
    pages = {route.name: route for route in page_routes(app)}
    links = [link for group in navigation.AUDIENCES.values() for link in group]
    links += [link for _, link, _ in navigation.DESKS]

    wanted = {link.route for link in links}

    assert wanted - pages.keys() == set()
    assert {name for name in wanted if "{" in pages[name].path} == set()
