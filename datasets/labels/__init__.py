"""Labels of images in the forms that other tools use: COCO, Pascal VOC and YOLO, read and written."""
