#!/usr/bin/env python3
"""Writes the sample of standard setting (scoring/setting/sample/): judgements and scores of made-up people on the items of tests/vectors/analysis/sitting-set.json.
Deterministic: random.Random(2026).   make_setting.py ROOT"""
import json, math, random, sys

root = sys.argv[1]
items = json.load(open(f'{root}/tests/vectors/analysis/sitting-set.json'))['items']
p = lambda item, theta: 1 / (1 + math.exp(-(item['a'] * theta + item['d'][0])))
rng = random.Random(2026)

with open(f'{root}/scoring/setting/sample/angoff.csv', 'w') as f:
    f.write('judge,panel,round,level,item,rating\n')
    for round_, spread in ((1, 0.35), (2, 0.18)):
        for level, cut in (('3', -0.4), ('4', 0.7)):
            for j in range(12):
                own = cut + rng.gauss((-0.15, 0, 0.1)[j // 4], spread)
                for item in items:
                    # The eleventh judge has no idea which items are hard.
                    rating = rng.uniform(0.3, 0.95) if j == 10 and round_ == 1 else p(item, own) + rng.gauss(0, spread / 3)
                    f.write(f'GK{j + 1:02},{"ABC"[j // 4]},{round_},{level},{item["name"]},{min(max(round(20 * rating) / 20, 0.05), 0.95):.2f}\n')

logit = math.log(2)  # of 2/3
pages = sorted((logit - i['d'][0]) / i['a'] for i in items)
with open(f'{root}/scoring/setting/sample/bookmark.csv', 'w') as f:
    f.write('judge,panel,round,level,page\n')
    for round_, spread in ((1, 0.5), (2, 0.25)):
        for level, cut in (('3', 0.0), ('4', 0.8)):
            for j in range(15):
                own = cut + rng.gauss((-0.1, 0, 0.15)[j // 5], spread)
                f.write(f'GK{j + 1:02},{"ABC"[j // 5]},{round_},{level},{min(1 + sum(x < own for x in pages), len(pages))}\n')

with open(f'{root}/scoring/setting/sample/contrast.csv', 'w') as f:
    f.write('id,group,score\n')
    for k in range(160):
        master = k % 2
        f.write(f'H{k + 1:03},{"borderline" if k % 8 == 3 else "above" if master else "below"},{rng.gauss(0.1 if k % 8 == 3 else 0.8 if master else -0.7, 0.7 if k % 8 != 3 else 0.3):.3f}\n')

with open(f'{root}/scoring/setting/sample/scores.csv', 'w') as f:
    f.write('id,unit,gender,theta,se\n')
    for k in range(400):
        theta = rng.gauss(0.1 if k % 3 else -0.3, 0.9)
        f.write(f'T{k + 1:04},{("Hà Nội", "Huế", "Cà Mau")[k % 3]},{("nữ", "nam")[k // 3 % 2]},{theta:.4f},{0.32 + 0.05 * theta * theta:.4f}\n')
