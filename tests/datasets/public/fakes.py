"""Tiny fakes of public sets, in the layouts in which those are published: two or three pictures each."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

SIZE_WH = (64, 48)


def picture(path: Path, grey: bool = False) -> None:
    """A real image file, coloured as security scanners colour theirs, unless grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.tile(np.linspace(20, 250, SIZE_WH[0]), (SIZE_WH[1], 1)).astype(np.uint8)
    coloured = cv2.applyColorMap(ramp, cv2.COLORMAP_JET)
    assert cv2.imwrite(str(path), ramp if grey else coloured)


def text(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def voc(name: str, kind: str, box: tuple[int, int, int, int]) -> str:
    edges = "".join(f"<{tag}>{edge}</{tag}>" for tag, edge in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True))
    return (
        f"<annotation><filename>{name}.jpg</filename><size><width>64</width><height>48</height></size>"
        f"<object><name>{kind}</name><bndbox>{edges}</bndbox></object></annotation>"
    )


def coco(path: Path, kinds: list[str], names: list[str]) -> None:
    """Every image holds one object, of the kinds in turn."""
    table = {
        "categories": [{"id": index, "name": kind} for index, kind in enumerate(kinds, 1)],
        "images": [
            {"id": index, "file_name": name, "width": SIZE_WH[0], "height": SIZE_WH[1]}
            for index, name in enumerate(names)
        ],
        "annotations": [
            {
                "id": index,
                "image_id": index,
                "category_id": index % len(kinds) + 1,
                "bbox": [4, 6, 20, 10],
                "iscrowd": 0,
            }
            for index in range(len(names))
        ],
    }
    text(path, json.dumps(table))


def sixray(root: Path) -> None:
    header = "name,Gun,Knife,Wrench,Pliers,Scissors\n"
    text(root / "ImageSet/10/train.csv", header + "P00001,1,-1,-1,-1,-1\nN0000001,-1,-1,-1,-1,-1\n")
    text(root / "ImageSet/10/test.csv", header + "P00002,-1,1,-1,-1,-1\nP00003,-1,-1,1,-1,-1\n")
    text(root / "ImageSet/100/train.csv", header + "P00001,1,-1,-1,-1,-1\n")
    text(root / "Annotation/P00001.xml", voc("P00001", "Gun", (4, 6, 24, 16)))
    text(root / "Annotation/P00002.xml", voc("P00002", "Knife", (4, 6, 24, 16)))
    for name in ("20/P00001", "20/P00002", "20/P00003", "0/N0000001"):
        picture(root / f"{name}.jpg")


def opixray(root: Path) -> None:
    for split, line in (("train", "009 Folding_Knife 4 6 24 16"), ("test", "010 Multi-tool_Knife -3 6 24 50")):
        name = line[:3]
        picture(root / split / f"{split}_image/{name}.jpg")
        text(root / split / f"{split}_annotation/{name}.txt", f"{name}.jpg {line[4:]}\n")


def hixray(root: Path) -> None:
    picture(root / "train/train_image/1.jpg")
    text(root / "train/train_annotation/1.txt", "1.jpg Portable_Charger_1 4 6 24 16\n1.jpg Water 30 6 50 40\n")


def pidray(root: Path) -> None:
    for file, folder in (("xray_train", "train"), ("xray_test_hidden", "hidden")):
        coco(root / f"annotations/{file}.json", ["Gun", "Baton"], [f"{file}_1.png", f"{file}_2.png"])
        for number in (1, 2):
            picture(root / folder / f"{file}_{number}.png")


def clcxray(root: Path) -> None:
    for split in ("train", "val", "test"):
        coco(root / f"annotations/instances_{split}2017.json", ["blade", "Cans"], [f"{split}1.jpg", f"{split}2.jpg"])
        for number in (1, 2):
            picture(root / f"{split}2017/{split}{number}.jpg")


def eds(root: Path) -> None:
    for domain in ("domain1", "domain2"):
        text(root / domain / "train.txt", f"{domain}-a\n")
        text(root / domain / "val.txt", f"{domain}-b\n")
        for name in (f"{domain}-a", f"{domain}-b"):
            picture(root / domain / f"images/{name}.jpg")
            text(root / domain / f"labels/{name}.xml", voc(name, "Powerbank", (1, 1, 64, 48)))


def dvxray(root: Path) -> None:
    things = {
        "P00001": [{"label": "Gun", "ol_bb": [24, 16, 4, 6], "sd_bb": [10, 10, 20, 20]}],
        "P00002": [{"label": "Battery", "ol_bb": [4, 6, 24, 16], "sd_bb": "difficult"}],
    }
    for name, objects in things.items():
        text(root / f"DvXray_Positive_Samples/{name}.json", json.dumps({"name": name, "objects": objects}))
    text(root / "DvXray_Negative_Samples/N00001.json", json.dumps({"name": "N00001", "objects": "None"}))
    for name in ("DvXray_Positive_Samples/P00001", "DvXray_Positive_Samples/P00002", "DvXray_Negative_Samples/N00001"):
        picture(root / f"{name}_OL.png")
        picture(root / f"{name}_SD.png")


def gdxray(root: Path) -> None:
    text(root / "Baggages/B0046/ground_truth.txt", "   1.0e+00   4.0e+00   2.4e+01   6.0e+00   1.6e+01\n2 4 24 6 16\n")
    text(root / "Baggages/B0048/ground_truth.txt", "1 4 24 6 16\n1 30 40 6 16\n")
    for name in ("B0046/B0046_0001", "B0046/B0046_0002", "B0046/B0046_0003", "B0048/B0048_0001"):
        picture(root / f"Baggages/{name}.png", grey=True)


def molit(root: Path) -> None:
    text(root / "classes_1based.txt", "1\tGun\n2\tBullet\n3\tMagazin")
    for split, label in (("train", "1 .5 .5 .25 .25\n"), ("val", "3 .5 .5 .25 .25\n")):
        picture(root / f"images/{split}/{split}.png")
        text(root / f"labels/{split}/{split}.txt", label)


def ajna_boxes(root: Path) -> None:
    text(root / "classes.txt", "Container\n")
    picture(root / "images/5e67.jpg", grey=True)
    text(root / "labels/5e67.txt", "0 0.5 0.5 0.75 0.5\n")


def ajna_cargo(root: Path) -> None:
    picture(root / "hs4/0000/a.jpg", grey=True)
    picture(root / "hs4/0901/b.jpg", grey=True)


def tip(root: Path) -> None:
    for name in ("background/background_0", "gun/gun_1", "composites/Result_0"):
        picture(root / f"{name}_high.png", grey=True)
        picture(root / f"{name}_low.png", grey=True)
    text(root / "composites/Result_0_high.txt", "1 .5 .5 .25 .25\n")


FAKES: dict[str, Callable[[Path], None]] = {
    "sixray": sixray,
    "opixray": opixray,
    "hixray": hixray,
    "pidray": pidray,
    "clcxray": clcxray,
    "eds": eds,
    "dvxray": dvxray,
    "gdxray": gdxray,
    "molit": molit,
    "ajna-boxes": ajna_boxes,
    "ajna-cargo": ajna_cargo,
    "tip": tip,
}
