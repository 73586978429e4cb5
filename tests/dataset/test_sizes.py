import pytest

from labeler.dataset.sizes import ScaledImage, check_size, is_scaled
from labeler.errors import LabelerError
from tests.builders import annotation_of, square


def test_an_annotation_of_its_image_fits() -> None:
    check_size(annotation_of(square(), width=100, height=80), (100, 80), "photo.png")


def test_a_scaled_image_offers_the_scaled_annotation() -> None:
    annotation = annotation_of(
        square(20, 20, 40), exclude=[square(0, 0, 10)], ignore=[square(1, 1, 3)], width=100, height=80
    )
    with pytest.raises(ScaledImage, match=r"photo.png is 50×40 px, .* made for 100×80 px: open it") as caught:
        check_size(annotation, (50, 40), "photo.png")
    scaled = caught.value.annotation
    assert (scaled.image.width, scaled.image.height) == (50, 40)
    assert scaled == annotation_of(
        square(10, 10, 20), exclude=[square(0, 0, 5)], ignore=[square(0.5, 0.5, 1.5)], width=50, height=40
    )


@pytest.mark.parametrize("size", [(80, 100), (100, 81), (99, 80), (200, 80), (50, 42), (1, 1000)])
def test_another_image_is_refused_with_both_sizes(size: tuple[int, int]) -> None:
    with pytest.raises(
        LabelerError, match=f"photo.png is {size[0]}×{size[1]} px, .* for 100×80 px"
    ) as caught:
        check_size(annotation_of(square(), width=100, height=80), size, "photo.png")
    assert not isinstance(caught.value, ScaledImage)


def test_points_that_scaling_would_move_out_of_range_are_said() -> None:
    with pytest.raises(LabelerError, match="too far out"):
        check_size(annotation_of(square(900_000, 0), width=10, height=10), (100, 100), "photo.png")


@pytest.mark.parametrize("width", [640, 1000, 1333, 3000])
@pytest.mark.parametrize(("to", "rounded"), [(t, r) for t in (100, 333, 512, 5001) for r in (int, round)])
def test_scaling_tools_may_round_either_way(width: int, to: int, rounded: type[int]) -> None:
    height = 427
    assert is_scaled((width, height), (to, rounded(height * to / width)))
