"""The files themselves: that a strict Content-Security-Policy is possible, and that nothing comes from elsewhere."""

import re

import pytest
from conftest import WEB

FILES = sorted(path for path in WEB.rglob("*") if path.is_file())
CODE = [path for path in FILES if path.suffix in (".js", ".css", ".html")]


def names(paths):
    return [str(path.relative_to(WEB)) for path in paths]


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_a_file_is_one_idea(path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_nothing_makes_markup_or_code_from_text(path):
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\('style'"
    assert re.findall(forbidden, path.read_text()) == []


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_nothing_is_fetched_from_elsewhere(path):
    text = re.sub(r"http://www\.w3\.org/\S+", "", path.read_text())
    fetches = r"""(?:src|href)=["']https?:|\burl\(["']?https?:|@import|(?:from |import\()'https?:"""
    assert re.findall(fetches, text) == []


def test_the_page_has_no_inline_script_or_style():
    page = (WEB / "index.html").read_text()
    assert re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", page) == []
