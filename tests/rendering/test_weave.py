"""The pattern that stands for a person."""

from xml.etree import ElementTree

from app.rendering.weave import weave_svg


def test_a_weave_is_the_same_each_time_and_small_and_does_nothing():
    weave = weave_svg("s-7k3fq2mx")
    assert weave == weave_svg("s-7k3fq2mx") != weave_svg("s-7k3fq2mw")
    assert all(len(weave_svg(f"who-{number:08}")) <= 1024 for number in range(500))
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(weave).iter()}
    assert tags == {"svg", "g", "path", "clipPath", "circle"}
    assert "style" not in weave and 'width="40"' in weave_svg("s-7k3fq2mx", size=40)
