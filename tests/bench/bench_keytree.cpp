// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times the key tree of a mixture-of-experts model: building, filtering, walking. Not part of the normal run:
//     bench_keytree [TENSORS…]        (default 100000 1000000)

#include "model/items/keyfilter.h"
#include "model/items/keytree.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

namespace {
std::string tensorName(int number)
{
    constexpr const char *weights[] = {"w1", "w2", "w3", "gate"};
    const int weight = number % 4;
    const int expert = number / 4 % 64;
    const int layer = number / 256;
    return "model.layers." + std::to_string(layer) + ".mlp.experts." + std::to_string(expert) + "." + weights[weight]
        + ".weight";
}

std::shared_ptr<const Checkpoint> makeCheckpoint(int count)
{
    Checkpoint::Parts parts;
    parts.path = QStringLiteral("bench.pt");
    parts.roots.push_back({});
    parts.roots.back().count = quint32(count);
    parts.storages.resize(1);
    parts.tensors.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i) {
        Tensor tensor;
        tensor.name = parts.names.store("module." + tensorName(i));
        tensor.shape = {768, 64};
        tensor.dtype = DType::Float32;
        parts.tensors.push_back(tensor);
    }
    return std::make_shared<const Checkpoint>(std::move(parts));
}

/// As if `remove-prefix: module.` had run against a target that wants just these keys.
std::shared_ptr<const Plan> makePlan(int count)
{
    auto plan = std::make_shared<Plan>();
    plan->checkpoint = makeCheckpoint(count);
    Target::Parts target;
    auto table = std::make_shared<Table>();
    const auto memory = std::make_shared<StepMemory>();
    table->memory = memory;
    for (quint32 i = 0; i < quint32(count); ++i) {
        const Tensor &tensor = plan->checkpoint->tensors()[i];
        const Name name = tensor.name.substr(7);
        auto *value = memory->arena.make<Expression>();
        value->dtype = tensor.dtype;
        value->tensor = i;
        value->shape = &tensor.shape;
        table->rows.push_back({name, value, nullptr});
        target.keys.push_back({target.names.store(name), tensor.dtype, tensor.shape});
        plan->targets.push_back({TargetVerdict::Loaded, false, i});
        plan->rows.push_back({RowVerdict::Used, i});
    }
    plan->target = std::make_shared<const Target>(std::move(target));
    plan->table = std::move(table);
    return plan;
}

/// The median of five runs in milliseconds.
double timed(const std::function<void()> &work)
{
    std::vector<double> times;
    for (int run = 0; run < 5; ++run) {
        const auto start = std::chrono::steady_clock::now();
        work();
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    return times[2];
}

void bench(int count)
{
    const auto plan = makePlan(count);
    Progress progress;
    std::shared_ptr<const KeyTree> tree;
    const double build = timed([&] { tree = buildKeyTree(plan, {}, progress); });
    std::printf("%d tensors, %zu rows\n", count, tree->nodes.size());
    std::printf("  build                    %8.1f ms\n", build);
    for (const char *line : {"gate", "layers.7.", "weight", "nowhere", "*.gate.weight", "/experts\\.1[0-9]\\./",
                             "shape:768,*", ">40k", "loaded w1"}) {
        const Result<KeyFilter> filter = KeyFilter::parse(QString::fromLatin1(line));
        std::shared_ptr<const KeyTree> kept;
        const double time = timed([&] { kept = filterKeyTree(tree, *filter, {}, progress); });
        std::printf("  filter %-18s%8.1f ms, %zu leaves\n", line, time, kept->order.size());
    }
}
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        bench(100'000);
        bench(1'000'000);
    }
    for (int i = 1; i < argc; ++i)
        bench(std::max(1, std::atoi(argv[i])));
}
