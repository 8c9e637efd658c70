"""How a printed figure looks in grey and to readers with a colour vision deficiency."""

from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Vision = Literal["normal", "grey", "protanopia", "deuteranopia", "tritanopia"]
VISIONS: Final[tuple[Vision, ...]] = ("normal", "grey", "protanopia", "deuteranopia", "tritanopia")
PROOF_RESOLUTION: Final = 150

# On linear RGB, at full severity: the tables of Machado, Oliveira and Fernandes (2009).
_MACHADO: Final[dict[str, npt.NDArray[np.float64]]] = {
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])


def seen(colours: npt.ArrayLike, vision: Vision) -> npt.NDArray[np.float64]:
    """What colours look like to a kind of vision, or in grey.

    Parameters
    ----------
    colours : array_like, shape (..., 3)
        Red, green and blue from 0 to 1 in sRGB.
    vision : {"normal", "grey", "protanopia", "deuteranopia", "tritanopia"}
        Grey keeps the luminance that a black-and-white print shows.

    Returns
    -------
    ndarray, shape (..., 3)
        sRGB from 0 to 1.

    References
    ----------
    Machado GM, Oliveira MM, Fernandes LAF. A physiologically-based model for simulation of color vision deficiency. IEEE
    Trans Vis Comput Graph 2009;15(6):1291-8. doi:10.1109/TVCG.2009.113

    Examples
    --------
    >>> seen([1.0, 1.0, 1.0], "grey").round(3).tolist()
    [1.0, 1.0, 1.0]
    """
    given = np.asarray(colours, dtype=float)
    if vision == "normal":
        return given
    linear = np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)
    if vision == "grey":
        linear = np.repeat((linear @ _LUMINANCE)[..., np.newaxis], 3, axis=-1)
    else:
        linear = linear @ _MACHADO[vision].T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def seen_colour(colour: str, vision: Vision) -> str:
    """A colour such as ``#D55E00`` as a kind of vision sees it.

    Examples
    --------
    >>> seen_colour("#FFFFFF", "protanopia"), seen_colour("#D55E00", "grey")
    ('#FFFFFF', '#828282')
    """
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return "#" + "".join(f"{round(255 * part):02X}" for part in seen(parts, vision).tolist())


def difference(one: str, other: str, vision: Vision = "normal") -> float:
    """How far apart two colours look: the distance in CIE 1976 L*a*b* (D65), of which about 2 is just noticed.

    Examples
    --------
    >>> difference("#000000", "#FFFFFF")
    100.0
    """
    first, second = (_lab(seen_colour(colour, vision)) for colour in (one, other))
    return round(float(np.linalg.norm(first - second)), 2)


def _lab(colour: str) -> npt.NDArray[np.float64]:
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], _LUMINANCE, [0.0193339, 0.1191920, 0.9503041]])
    x, y, z = np.cbrt(_toe(to_xyz @ linear / (to_xyz @ np.ones(3))))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def _toe(relative: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The cubes of what CIE's function gives: nearly black colours follow a straight line."""
    linear = (841 / 108) * relative + 4 / 29
    return np.where(relative > (6 / 29) ** 3, relative, linear**3)


def proof(figure: "Figure", vision: Vision, *, dpi: int = PROOF_RESOLUTION) -> bytes:
    """A publication figure as a PNG that shows it as a kind of vision sees it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From any of the ``*_publication`` functions.
    vision : {"normal", "grey", "protanopia", "deuteranopia", "tritanopia"}
        How it is looked at.
    dpi : int
        Enough for a screen.
    """
    from PIL import Image

    from charts.files import figure_file

    drawn = figure_file(figure, "png", dpi=dpi)
    if vision == "normal":
        return drawn
    with Image.open(BytesIO(drawn)) as image:
        pixels = np.asarray(image.convert("RGB"))
    # A figure has few colours for its many pixels: each is looked up once.
    packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], dtype=np.uint32)
    unique, place = np.unique(packed, return_inverse=True)
    colours = np.stack([unique >> 16, unique >> 8 & 255, unique & 255], axis=-1) / 255
    shown = np.rint(255 * seen(colours, vision)).astype(np.uint8)[place].reshape(pixels.shape)
    target = BytesIO()
    Image.fromarray(shown).save(target, format="PNG", dpi=(dpi, dpi), compress_level=6)
    return target.getvalue()
