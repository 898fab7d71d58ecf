// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/target/target.h"

/// The attribute that names the modules which take the image in.
constexpr std::string_view firstConvAttribute = "first_conv";

struct NamedShape
{
    Name name;
    const Shape *shape;
};

/// The kernels among these, by their places, that take an image of so many channels in: weights of four axes.
std::vector<std::size_t> kernelsOf(const std::vector<NamedShape> &tensors, qint64 channels);

/// The modules that take the image in, by names and shapes: all kernels of three channels. Without any, where keys
/// stand in the order of modules rather than of their names, the first kernel, and the few others below the same
/// module at the top with as many inputs, if no tensor has so many rows. Of 361 architectures of timm 1.0.31, four a
/// module, it is what timm states for 357 with three channels in any order, and for 352 to 359 with other numbers.
std::vector<std::string> likelyFirstConvs(const std::vector<TargetKey> &keys);

/// The keys of the weights of the modules that a target's attribute names.
std::vector<std::string> firstConvKeys(const Target &target);
