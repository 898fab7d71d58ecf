// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/target/firstconv.h"

#include "model/target/attributetexts.h"

#include <algorithm>
#include <unordered_set>

namespace {
constexpr std::string_view weight = "weight";
constexpr qint64 imageChannels = 3;
constexpr std::size_t mostStems = 4;

/// Whether a tensor is the weight of a two-dimensional convolution.
bool isKernel(Name name, const Shape &shape)
{
    const bool isWeight = name == weight || (name.ends_with(weight) && name[name.size() - weight.size() - 1] == '.');
    return isWeight && shape.size() == 4;
}

std::string_view topModule(Name name)
{
    return name.substr(0, name.find('.'));
}

std::string moduleOf(Name name)
{
    return std::string(name.substr(0, name.size() > weight.size() ? name.size() - weight.size() - 1 : 0));
}

/// Safetensors have their keys so, and then the first is no more than the first of the alphabet.
bool areInOrderOfNames(const std::vector<TargetKey> &keys)
{
    return std::is_sorted(keys.begin(), keys.end(),
                          [](const TargetKey &left, const TargetKey &right) { return left.name < right.name; });
}
}

std::vector<std::size_t> kernelsOf(const std::vector<NamedShape> &tensors, qint64 channels)
{
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (isKernel(tensors[i].name, *tensors[i].shape) && (*tensors[i].shape)[1] == channels)
            found.push_back(i);
    }
    return found;
}

std::vector<std::string> likelyFirstConvs(const std::vector<TargetKey> &keys)
{
    std::vector<const TargetKey *> kernels;
    std::unordered_set<qint64> rows; // of all tensors
    for (const TargetKey &key : keys) {
        if (!key.anyShape && !key.shape.isEmpty())
            rows.insert(key.shape[0]);
        if (!key.anyShape && isKernel(key.name, key.shape))
            kernels.push_back(&key);
    }
    std::vector<std::string> modules;
    for (const TargetKey *kernel : kernels) {
        if (kernel->shape[1] == imageChannels)
            modules.push_back(moduleOf(kernel->name));
    }
    if (!modules.empty() || kernels.empty() || areInOrderOfNames(keys))
        return modules;
    const TargetKey &first = *kernels.front();
    const qint64 inputs = first.shape[1];
    for (const TargetKey *kernel : kernels) {
        const bool isBeside = kernel->shape[1] == inputs && topModule(kernel->name) == topModule(first.name);
        if (kernel == &first || (isBeside && inputs > 1 && !rows.contains(inputs)))
            modules.push_back(moduleOf(kernel->name));
    }
    modules.resize(modules.size() > mostStems ? 1 : modules.size());
    return modules;
}

std::vector<std::string> firstConvKeys(const Target &target)
{
    std::vector<std::string> keys = attributeTexts(target, firstConvAttribute).value_or(std::vector<std::string>());
    for (std::string &key : keys)
        key += key.empty() ? std::string(weight) : '.' + std::string(weight);
    return keys;
}
