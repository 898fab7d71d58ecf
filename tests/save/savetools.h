// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/formats/formats.h"
#include "model/save/saver.h"
#include "tests/save/temporaryfolder.h"

#include <atomic>
#include <functional>
#include <limits>

/// An evaluator that casts float32 to bfloat16 by cutting bits off, and calls infinite what is beyond 1e30.
std::shared_ptr<Evaluator> cuttingEvaluator();

/// What saving asks for, and how often it asked for an evaluator.
struct Tools
{
    using Load = std::function<Result<std::shared_ptr<Evaluator>>()>;

    explicit Tools(Load load = [] { return Result<std::shared_ptr<Evaluator>>(cuttingEvaluator()); })
        : tools{[this, load = std::move(load)](const DeviceChoice &) {
                    ++evaluatorsLoaded;
                    return load();
                },
                openCheckpoint}
    {}

    std::atomic<int> evaluatorsLoaded = 0;
    SaveTools tools;
};

/// Remembers what was reported; does something at the first report, or stops at the n-th question.
class Watch final : public Progress
{
public:
    void report(qint64 done, qint64 total) override
    {
        reports.emplace_back(done, total);
        if (atFirstReport)
            std::exchange(atFirstReport, nullptr)();
    }
    bool stopRequested() const override { return questions++ >= stopAfter; }

    std::vector<std::pair<qint64, qint64>> reports;
    std::function<void()> atFirstReport;
    mutable int questions = 0;
    int stopAfter = std::numeric_limits<int>::max();
};

/// 0, 1, 2, …
std::vector<float> counted(std::size_t count);
/// A source with tensors of all sizes: many blocks, a fraction of one, one element, none.
std::shared_ptr<const Checkpoint> manySizes(const TemporaryFolder &folder);
SaveOptions optionsFor(const QString &path, OutputFormat format);
QString sha1(const QByteArray &bytes);
/// All values of a file, as lines "name dtype shape sha1 of the dense bytes".
QStringList contents(const QString &path);
/// "saved", or why not.
QString message(const Result<SaveReport> &report);
