"""What tells a figure of the subject (月額10,000円, 50コール, 3丁目) from a number that stands for somebody."""

UNITS = "日月年週時分秒円回件人名社個本台枚通歳代店倍桁文字つ目万千億席点%"
COUNTED = rf"[かカヵヶケ](?:月|所)|[{UNITS}]|営業|世帯|拠点|コール|番目|号店"
# Between what a number is called and the number itself.
IS = r"(?:は|が|も|の|って|:|=|#|→|No\.?|[ 「『\"'(\[【、,]){0,5}+"
