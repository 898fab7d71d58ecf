#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Weightsmith authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make onet-detector.manifest.json from the keys of the sample checkpoint.

    weightsmith info onet.pt --json | ./make_manifest.py > onet-detector.manifest.json

The larger model: a detector that keeps the whole ONet as `backbone.`, and behind it a neck and four attribute heads
that no checkpoint holds yet.
"""
import json
import sys


def main():
    onet = json.load(sys.stdin)['tensors']
    tensors = {f'backbone.{tensor["name"]}': {'dtype': tensor['dtype'], 'shape': tensor['shape']} for tensor in onet}
    features = next(tensor['shape'][0] for tensor in onet if tensor['name'] == 'dense5.weight')
    width = features // 2
    new = {'neck.norm.weight': [features], 'neck.norm.bias': [features], 'neck.fc.weight': [width, features],
           'neck.fc.bias': [width]}
    for head, outputs in {'age': 1, 'glasses': 2, 'pose': 3, 'smile': 2}.items():
        new[f'attributes.{head}.weight'] = [outputs, width]
        new[f'attributes.{head}.bias'] = [outputs]
    tensors |= {name: {'dtype': 'float32', 'shape': shape} for name, shape in new.items()}
    lines = ',\n'.join(f'    {json.dumps(name)}: {json.dumps(tensor)}' for name, tensor in tensors.items())
    print('{\n  "weightsmith-manifest": 1,\n  "name": "ONet detector with attribute heads",\n'
          '  "source": "resources/sample/make_manifest.py, from onet.pt of facenet-pytorch 2.6.0",\n'
          '  "attributes": {},\n  "tensors": {\n' + lines + '\n  }\n}')


main()
