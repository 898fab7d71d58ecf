// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/stats/compare.h"

#include "model/save/contenthash.h"
#include "model/stats/stretches.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace {
using Indices = std::vector<std::size_t>;

/// What is found of a stretch of a pair.
struct Found
{
    bool isSame = true; ///< bit for bit
    DifferenceTally difference;

    void merge(const Found &later)
    {
        isSame &= later.isSame;
        difference.merge(later.difference);
    }
};

/// The two outputs that have one name, read side by side on one thread.
class Sides
{
public:
    Sides(const Plan &left, const Plan &right, const Derivation::LoadEvaluator &loadEvaluator)
        : m_left(left)
        , m_right(right)
        , m_leftValues(left.checkpoint, loadEvaluator)
        , m_rightValues(right.checkpoint, loadEvaluator)
    {}

    Result<Found> compare(const Comparison::Both &pair, const Stretch &stretch, ComparedValues values,
                          const std::atomic<bool> &stop)
    {
        const Expression &left = *m_left.outputs[pair.left].value, &right = *m_right.outputs[pair.right].value;
        const bool isOneType = left.dtype == right.dtype;
        const bool hasNumbers = values == ComparedValues::Numbers && areComparable(left.dtype, right.dtype);
        Found found;
        if (const auto readable = m_leftValues.read(left, 0, {}); !readable)
            return readable.error();
        if (const auto readable = m_rightValues.read(right, 0, {}); !readable)
            return readable.error();
        for (qint64 at = 0; at < stretch.count; at += Derivation::blockElements) {
            if (stop)
                return Error{Error::Kind::Cancelled, {}};
            const qint64 count = std::min(Derivation::blockElements, stretch.count - at);
            m_leftBytes.resize(std::size_t(count * byteSize(left.dtype)));
            m_rightBytes.resize(std::size_t(count * byteSize(right.dtype)));
            if (const auto done = m_leftValues.read(left, stretch.first + at, m_leftBytes); !done)
                return done.error();
            if (const auto done = m_rightValues.read(right, stretch.first + at, m_rightBytes); !done)
                return done.error();
            found.isSame &= isOneType && std::memcmp(m_leftBytes.data(), m_rightBytes.data(), m_leftBytes.size()) == 0;
            if (hasNumbers)
                found.difference.add(left.dtype, m_leftBytes, right.dtype, m_rightBytes);
            else if (!found.isSame)
                break;
        }
        return found;
    }

private:
    const Plan &m_left;
    const Plan &m_right;
    Derivation m_leftValues;
    Derivation m_rightValues;
    std::vector<std::byte> m_leftBytes;
    std::vector<std::byte> m_rightBytes;
};

Extent extentOf(const Plan &plan, const Expression &value)
{
    Extent extent{elements(value), 4 * Derivation::blockElements, false};
    for (const TensorIndex source : sources(value)) {
        const Tensor &tensor = plan.checkpoint->tensors()[source];
        if (tensor.problem != 0) // its shape says nothing then
            extent.elements = 0;
        else
            extent.isStream |= plan.checkpoint->storage(tensor).encoding == Storage::Encoding::Deflated;
    }
    return extent;
}

/// Sort outputs by name into those of one side and those of both; what differs without a look at values is told.
std::vector<Comparison::Both> pairUp(const Plan &left, const Plan &right, ComparedValues values, Comparison &comparison)
{
    std::unordered_map<Name, std::size_t> places;
    for (std::size_t i = 0; i < right.outputs.size(); ++i)
        places.emplace(right.outputs[i].name, i);
    std::vector<bool> isMet(right.outputs.size());
    std::vector<Comparison::Both> pairs;
    for (std::size_t i = 0; i < left.outputs.size(); ++i) {
        const auto place = places.find(left.outputs[i].name);
        if (place == places.end()) {
            comparison.onlyLeft.push_back(i);
            continue;
        }
        isMet[place->second] = true;
        const Expression &mine = *left.outputs[i].value, &other = *right.outputs[place->second].value;
        const Comparison::Both both{i, place->second};
        if (*mine.shape != *other.shape) {
            comparison.shapeDiffers.push_back(both);
            if (mine.dtype != other.dtype)
                comparison.dtypeDiffers.push_back(both);
            continue;
        }
        if (mine.dtype != other.dtype)
            comparison.dtypeDiffers.push_back(both);
        if (mine.dtype == other.dtype || (values == ComparedValues::Numbers && areComparable(mine.dtype, other.dtype)))
            pairs.push_back(both);
    }
    for (std::size_t i = 0; i < isMet.size(); ++i) {
        if (!isMet[i])
            comparison.onlyRight.push_back(i);
    }
    return pairs;
}

/// Sets one result of a pair in its place.
class Sorter
{
public:
    Sorter(const Plan &left, const Plan &right, ComparedValues values, Comparison &comparison)
        : m_left(left)
        , m_right(right)
        , m_values(values)
        , m_comparison(comparison)
    {}

    Result<void> take(const Comparison::Both &pair, const Result<Found> &found)
    {
        if (!found) {
            const Error::Kind kind = found.error().kind;
            if (kind == Error::Kind::Cancelled || kind == Error::Kind::OutOfMemory || kind == Error::Kind::Device)
                return found.error();
            m_comparison.unreadable.push_back({pair, found.error()});
            return {};
        }
        const DType left = m_left.outputs[pair.left].value->dtype, right = m_right.outputs[pair.right].value->dtype;
        if (found->isSame && left == right) {
            ++m_comparison.equal;
            return {};
        }
        std::optional<Difference> difference;
        if (m_values == ComparedValues::Numbers && areComparable(left, right))
            difference = found->difference.difference();
        if (left == right || difference->equalFraction < 1)
            m_comparison.valueDiffers.push_back({pair, difference});
        return {};
    }

private:
    const Plan &m_left;
    const Plan &m_right;
    const ComparedValues m_values;
    Comparison &m_comparison;
};

/// Content hashes of outputs, on several threads.
struct Content
{
    ContentHash hash;

    void merge(const Content &) {} // each is one stretch
};

Result<std::vector<Result<Content>>> contentsOf(const Plan &plan, const Indices &outputs,
                                                const Derivation::LoadEvaluator &loadEvaluator, Progress &progress)
{
    std::vector<Extent> extents;
    for (const std::size_t output : outputs) {
        const qint64 all = elements(*plan.outputs[output].value);
        extents.push_back({all, std::max(all, qint64(1)), false});
    }
    const auto makeWork = [&]() -> StretchWork<Content>::Work {
        const auto values = std::make_shared<Derivation>(plan.checkpoint, loadEvaluator);
        return
            [&, values](std::size_t subject, const Stretch &stretch, const std::atomic<bool> &stop) -> Result<Content> {
                const Expression &value = *plan.outputs[outputs[subject]].value;
                ContentHasher hasher;
                std::vector<std::byte> block;
                for (qint64 at = 0; at < stretch.count; at += Derivation::blockElements) {
                    if (stop)
                        return Error{Error::Kind::Cancelled, {}};
                    const qint64 count = std::min(Derivation::blockElements, stretch.count - at);
                    block.resize(std::size_t(count * byteSize(value.dtype)));
                    if (const auto done = values->read(value, at, block); !done)
                        return done.error();
                    hasher.add(block);
                }
                return Content{hasher.result()};
            };
    };
    std::vector<Result<Content>> contents;
    const auto take = [&](std::size_t, Result<Content> content) -> Result<void> {
        contents.push_back(std::move(content));
        return {};
    };
    const auto done =
        StretchWork<Content>::run(Stretches(std::move(extents)), makeWork, take, progress, workerThreads());
    return done ? Result<std::vector<Result<Content>>>(std::move(contents)) : done.error();
}

/// What has to agree before a look at values is worth it.
std::string formOf(const Expression &value)
{
    return std::string(word(value.dtype)) + shapeList(*value.shape);
}

/// Those of `outputs` for which there is one of the same dtype and shape among `others`. Without elements any would do.
Indices candidates(const Plan &plan, const Indices &outputs, const Plan &other, const Indices &others)
{
    std::map<std::string, bool> forms;
    for (const std::size_t output : others)
        forms[formOf(*other.outputs[output].value)] = true;
    Indices found;
    for (const std::size_t output : outputs) {
        const Expression &value = *plan.outputs[output].value;
        if (elements(value) > 0 && byteSize(value.dtype) > 0 && forms.contains(formOf(value)))
            found.push_back(output);
    }
    return found;
}

Result<void> findMoved(const Plan &left, const Plan &right, const Derivation::LoadEvaluator &loadEvaluator,
                       Progress &progress, Comparison &comparison)
{
    const Indices mine = candidates(left, comparison.onlyLeft, right, comparison.onlyRight);
    const Indices others = candidates(right, comparison.onlyRight, left, comparison.onlyLeft);
    const auto myContents = contentsOf(left, mine, loadEvaluator, progress);
    if (!myContents)
        return myContents.error();
    const auto otherContents = contentsOf(right, others, loadEvaluator, progress);
    if (!otherContents)
        return otherContents.error();
    std::multimap<std::string, std::size_t> places; // of several alike, the first on either side belong together
    for (std::size_t i = 0; i < others.size(); ++i) {
        if (const Result<Content> &content = (*otherContents)[i])
            places.emplace(formOf(*right.outputs[others[i]].value) + std::string(content->hash.text()), others[i]);
    }
    for (std::size_t i = 0; i < mine.size(); ++i) {
        const Result<Content> &content = (*myContents)[i];
        if (!content)
            continue;
        const auto place = places.lower_bound(formOf(*left.outputs[mine[i]].value) + std::string(content->hash.text()));
        if (place == places.end()
            || place->first != formOf(*left.outputs[mine[i]].value) + std::string(content->hash.text()))
            continue;
        comparison.moved.push_back({mine[i], place->second});
        places.erase(place);
    }
    return {};
}

Result<void> checkUnchanged(const Plan &plan)
{
    for (const auto &file : plan.checkpoint->files()) {
        if (const auto same = file->checkUnchanged(); !same)
            return same;
    }
    return {};
}
}

Result<Comparison> compare(const Plan &left, const Plan &right, ComparedValues values,
                           const Derivation::LoadEvaluator &loadEvaluator, Progress &progress)
{
    Comparison comparison;
    const std::vector<Comparison::Both> pairs = pairUp(left, right, values, comparison);
    std::vector<Extent> extents;
    for (const Comparison::Both &pair : pairs) {
        Extent extent = extentOf(left, *left.outputs[pair.left].value);
        extent.isStream |= extentOf(right, *right.outputs[pair.right].value).isStream;
        extents.push_back(extent);
    }
    const auto makeWork = [&]() -> StretchWork<Found>::Work {
        const auto sides = std::make_shared<Sides>(left, right, loadEvaluator);
        return [&, sides](std::size_t subject, const Stretch &stretch, const std::atomic<bool> &stop) {
            return sides->compare(pairs[subject], stretch, values, stop);
        };
    };
    Sorter sorter(left, right, values, comparison);
    const auto take = [&](std::size_t subject, const Result<Found> &found) {
        return sorter.take(pairs[subject], found);
    };
    auto done = StretchWork<Found>::run(Stretches(std::move(extents)), makeWork, take, progress, workerThreads());
    if (done)
        done = findMoved(left, right, loadEvaluator, progress, comparison);
    if (done)
        done = checkUnchanged(left);
    if (done)
        done = checkUnchanged(right);
    return done ? Result<Comparison>(std::move(comparison)) : done.error();
}
