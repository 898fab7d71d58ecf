// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times planning and fitting a mixture-of-experts model through ten steps, seven of which change every row: the first
// plan, and the plan after an edit of the last step, which renames every row. Not part of the normal run:
//     bench_replan [TENSORS…]        (default 1000 100000 1000000)
// One line each: what was done, a tab, the median time and the largest memory of the process so far.

#include "model/base/text.h"
#include "model/recipe/fit.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

namespace {
constexpr std::string_view steps = R"(weightsmith: 1
steps:
  - strip-wrappers
  - remove-prefix: model.
  - rename: {prefix: layers., to: blocks.}
  - rename: {text: mlp.experts, to: moe}
  - rename: {from: 'blocks.{i}.moe.{e}.w1', to: 'blocks.{i}.moe.{e}.gate_proj'}
  - rename: {from: 'blocks.{i}.moe.{e}.w2', to: 'blocks.{i}.moe.{e}.down_proj'}
  - rename: {regex: '\.w3\.', to: .up_proj.}
  - drop: {suffix: .inv_freq}
  - cast: bfloat16
  - rename: {prefix: blocks., to: stages.}
)";

struct Place
{
    int layer;
    int expert;
    int kind;
};

/// 64 experts of four tensors a layer; every 256th tensor is a buffer that the recipe drops.
Place placeOf(int number)
{
    return {number / 256, number / 4 % 64, number % 256 == 255 ? 4 : number % 4};
}

std::string sourceName(int number)
{
    constexpr const char *ends[] = {".w1.weight", ".w2.weight", ".w3.weight", ".gate.weight", ".inv_freq"};
    const auto [layer, expert, kind] = placeOf(number);
    return "module.model.layers." + std::to_string(layer) + ".mlp.experts." + std::to_string(expert) + ends[kind];
}

std::string targetName(int number)
{
    constexpr const char *ends[] = {".gate_proj.weight", ".down_proj.weight", ".up_proj.weight", ".gate.weight"};
    const auto [layer, expert, kind] = placeOf(number);
    return "stages." + std::to_string(layer) + ".moe." + std::to_string(expert) + ends[kind];
}

std::shared_ptr<const Checkpoint> makeCheckpoint(int count)
{
    Checkpoint::Parts parts;
    parts.path = QStringLiteral("bench.pt");
    parts.roots.resize(1);
    parts.roots.back().count = quint32(count);
    parts.storages.resize(1);
    parts.tensors.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i) {
        Tensor tensor;
        tensor.name = parts.names.store(sourceName(i));
        tensor.shape = {768, 64};
        tensor.dtype = DType::Float32;
        parts.tensors.push_back(tensor);
    }
    return std::make_shared<const Checkpoint>(std::move(parts));
}

std::shared_ptr<const Target> makeTarget(int count)
{
    Target::Parts parts;
    parts.keys.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i) {
        if (placeOf(i).kind != 4)
            parts.keys.push_back({parts.names.store(targetName(i)), DType::BFloat16, {768, 64}});
    }
    return std::make_shared<const Target>(std::move(parts));
}

Recipe makeRecipe()
{
    auto recipe = Recipe::parse(steps, QStringLiteral("bench"));
    if (!recipe) {
        std::fprintf(stderr, "%s\n", qPrintable(recipe.error().message));
        std::exit(1);
    }
    return *recipe;
}

double milliseconds(const std::function<void()> &work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

QString peakMemory()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return bytesText(qint64(usage.ru_maxrss) * 1024);
}

void report(const char *work, int count, double time)
{
    std::printf("%s, %s tensors\t%.1f ms, %s\n", work, qPrintable(exactText(count)), time, qPrintable(peakMemory()));
    std::fflush(stdout);
}

void run(int count)
{
    PlanInput input{makeCheckpoint(count), std::nullopt, makeRecipe(), makeTarget(count)};
    Progress progress;
    std::shared_ptr<const Plan> now;
    Fit found;
    report("Open", count, 0);
    report("Plan ten steps and fit", count, milliseconds([&] {
               now = plan(input, progress);
               found = fit(*now);
           }));
    if (now->error || !found.complete) {
        std::fprintf(stderr, "The recipe does not fit its target: %s\n",
                     now->error ? qPrintable(now->error->message) : "keys are missing");
        std::exit(1);
    }
    std::vector<double> times;
    for (int i = 0; i < 11; ++i) {
        const QString edited = i % 2 == 0 ? QStringLiteral("rename: {prefix: blocks., to: layers.}")
                                          : QStringLiteral("rename: {prefix: blocks., to: stages.}");
        input.recipe = input.recipe.withStep(9, *parseStepText(edited.toStdString()));
        times.push_back(milliseconds([&] {
            now = plan(input, progress, now);
            found = fit(*now);
        }));
    }
    report("Re-plan after an edit of the last of ten steps, and fit", count, median(times));
}
}

int main(int argc, char **argv)
{
    std::vector<int> counts;
    for (int i = 1; i < argc; ++i)
        counts.push_back(std::max(1, std::atoi(argv[i])));
    if (counts.empty())
        counts = {1000, 100'000, 1'000'000};
    for (const int count : counts)
        run(count);
    return 0;
}
