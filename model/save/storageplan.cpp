// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/storageplan.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <bit>
#include <tuple>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("StoragePlan", text);
}

/// Whether the stored numbers are not the logical ones, so that the tensor cannot view a copy of its storage.
bool isAltered(const Tensor &tensor)
{
    return tensor.conjugated || tensor.negated;
}

/// At least 90 % (formats §1.10).
bool isMost(qint64 used, qint64 all)
{
    return used >= all - all / 10;
}

/// Call `visit` with each run of neighbours that belong together.
template<typename Use, typename Together, typename Visit>
void forEachRun(std::span<const Use> uses, Together together, Visit visit)
{
    for (std::size_t first = 0; first < uses.size();) {
        std::size_t next = first + 1;
        while (next < uses.size() && together(uses[next - 1], uses[next]))
            ++next;
        visit(uses.subspan(first, next - first));
        first = next;
    }
}

/// As forEachRun(), for uses in ascending order whose bytes overlap directly or through others.
template<typename Use, typename Visit>
void forEachConnected(std::span<const Use> uses, Visit visit)
{
    qint64 end = 0;
    const auto overlaps = [&end](const Use &before, const Use &next) {
        end = std::max(end, before.end);
        const bool connected = next.begin < end;
        if (!connected)
            end = 0;
        return connected;
    };
    forEachRun(uses, overlaps, visit);
}

void appendNumbers(std::string &text, std::initializer_list<qint64> numbers)
{
    for (const qint64 number : numbers)
        text.append(std::to_string(number)) += ',';
}
}

StoragePlan::StoragePlan(const Checkpoint &checkpoint, std::vector<TensorIndex> ones) : m_checkpoint(checkpoint)
{
    const std::vector<Use> uses = sortedUses(std::move(ones));
    forEachRun(
        std::span(uses),
        [this](const Use &left, const Use &right) { return tensor(left).storage == tensor(right).storage; },
        [this](std::span<const Use> run) { planStorage(run); });
}

std::vector<StoragePlan::Use> StoragePlan::sortedUses(std::vector<TensorIndex> ones) const
{
    std::sort(ones.begin(), ones.end());
    ones.erase(std::unique(ones.begin(), ones.end()), ones.end());
    std::vector<Use> uses;
    uses.reserve(ones.size());
    for (const TensorIndex index : ones) {
        const Tensor &one = m_checkpoint.tensors()[index];
        if (Checkpoint::elements(one) > 0)
            uses.push_back({index, one.byteOffset, one.byteOffset + extentBytes(m_checkpoint, one)});
    }
    const auto order = [this](const Use &use) {
        const Tensor &one = tensor(use);
        return std::tuple(one.storage, one.dtype, isAltered(one), use.begin, use.end, use.tensor);
    };
    std::sort(uses.begin(), uses.end(), [&](const Use &left, const Use &right) { return order(left) < order(right); });
    return uses;
}

void StoragePlan::planStorage(std::span<const Use> uses)
{
    const auto isLike = [this](const Use &left, const Use &right) {
        return tensor(left).dtype == tensor(right).dtype && isAltered(tensor(left)) == isAltered(tensor(right));
    };
    forEachRun(uses, isLike, [&](std::span<const Use> run) {
        if (!isAltered(tensor(run.front())))
            return planRun(run, run.size() == uses.size());
        forEachRun(
            run, [this](const Use &left, const Use &right) { return isEqualView(left, right); },
            [this](std::span<const Use> equal) { addDense(equal); });
    });
    if (!isLike(uses.front(), uses.back()))
        noteOverlaps(uses);
}

void StoragePlan::planRun(std::span<const Use> uses, bool isAlone)
{
    const Tensor &first = tensor(uses.front());
    const qint64 size = byteSize(first.dtype);
    const qint64 all = m_checkpoint.storage(first).bytes;
    qint64 used = 0;
    forEachConnected(uses, [&](std::span<const Use> connected) {
        qint64 sum = 0;
        qint64 end = 0;
        for (const Use &use : connected) {
            sum += Checkpoint::byteCount(tensor(use));
            end = std::max(end, use.end);
        }
        used += std::min(sum, end - connected.front().begin);
    });
    const bool isAligned = std::all_of(uses.begin(), uses.end(), [&](const Use &use) { return use.begin % size == 0; });
    if (isAlone && isAligned && isMost(used, all))
        return addSpan(uses, 0, all / size * size);
    m_leftBytes += isAlone ? std::max<qint64>(all - used, 0) : 0;
    forEachConnected(uses, [this](std::span<const Use> connected) { planConnected(connected); });
}

void StoragePlan::planConnected(std::span<const Use> uses)
{
    const qint64 size = byteSize(tensor(uses.front()).dtype);
    const qint64 begin = uses.front().begin;
    const bool areEqual =
        std::all_of(uses.begin(), uses.end(), [&](const Use &use) { return isEqualView(uses.front(), use); });
    if (areEqual)
        return addDense(uses);
    qint64 used = 0;
    qint64 end = 0;
    bool isAligned = true;
    for (const Use &use : uses) {
        used += Checkpoint::byteCount(tensor(use));
        end = std::max(end, use.end);
        isAligned = isAligned && (use.begin - begin) % size == 0;
    }
    if (isAligned && isMost(std::min(used, end - begin), end - begin))
        return addSpan(uses, begin, end);
    forEachRun(
        uses, [this](const Use &left, const Use &right) { return isEqualView(left, right); },
        [this](std::span<const Use> equal) {
            m_untied.push_back(tensor(equal.front()).name);
            addDense(equal);
        });
}

void StoragePlan::addDense(std::span<const Use> equalViews)
{
    for (const Use &use : equalViews)
        m_storageOf[use.tensor] = quint32(m_storages.size());
    m_storages.push_back({&tensor(equalViews.front()), equalViews.front().begin, true});
}

void StoragePlan::addSpan(std::span<const Use> uses, qint64 begin, qint64 end)
{
    const Tensor &first = tensor(uses.front());
    Tensor view;
    view.name = first.name;
    view.dtype = first.dtype;
    view.shape = {(end - begin) / byteSize(first.dtype)};
    view.root = first.root;
    view.storage = first.storage;
    view.byteOffset = begin;
    m_views.push_back(view);
    for (const Use &use : uses)
        m_storageOf[use.tensor] = quint32(m_storages.size());
    m_storages.push_back({&m_views.back(), begin, false});
}

void StoragePlan::noteOverlaps(std::span<const Use> uses)
{
    std::vector<Use> ascending(uses.begin(), uses.end());
    std::sort(ascending.begin(), ascending.end(),
              [](const Use &left, const Use &right) { return left.begin < right.begin; });
    forEachConnected(std::span<const Use>(ascending), [this](std::span<const Use> connected) {
        const auto kind = [this](const Use &use) { return std::pair(tensor(use).dtype, isAltered(tensor(use))); };
        if (std::all_of(connected.begin(), connected.end(),
                        [&](const Use &use) { return kind(use) == kind(connected.front()); }))
            return;
        for (const Use &use : connected)
            m_untied.push_back(tensor(use).name);
    });
}

bool StoragePlan::isEqualView(const Use &left, const Use &right) const
{
    const Tensor &a = tensor(left);
    const Tensor &b = tensor(right);
    return left.begin == right.begin && a.shape == b.shape && m_checkpoint.strides(a) == m_checkpoint.strides(b)
        && a.conjugated == b.conjugated && a.negated == b.negated;
}

Piece::Source StoragePlan::source(const Tensor &tensor) const
{
    if (const auto range = TensorBytes::plainRange(m_checkpoint, tensor))
        return *range;
    return &tensor;
}

Placement StoragePlan::addPiece(Piece::Source source, qint64 bytes)
{
    m_pieces.push_back({0, bytes, source});
    return {quint32(m_pieces.size() - 1)};
}

Placement StoragePlan::place(TensorIndex index)
{
    const Tensor &placed = m_checkpoint.tensors()[index];
    const auto found = m_storageOf.find(index);
    if (found == m_storageOf.end())
        return addPiece(FileRange(), 0); // empty: nothing to share
    Storage &storage = m_storages[found->second];
    const qint64 bytes = Checkpoint::byteCount(*storage.view);
    if (!storage.piece)
        storage.piece = addPiece(source(*storage.view), bytes).piece;
    Placement placement{*storage.piece};
    if (storage.isDense)
        return placement;
    placement.byteOffset = placed.byteOffset - storage.begin;
    placement.isContiguous = placed.contiguous;
    if (!placed.contiguous)
        placement.strides = m_checkpoint.strides(placed);
    placement.isWholePiece = placed.contiguous && Checkpoint::byteCount(placed) == bytes;
    return placement;
}

Placement StoragePlan::place(const Expression &value)
{
    if (isCopy(value))
        return place(value.tensor);
    const auto [known, isNew] = m_computed.try_emplace(identity(value), quint32(m_pieces.size()));
    if (isNew)
        return addPiece(pieceSource(m_checkpoint, value), byteCount(value));
    return {known->second};
}

std::string StoragePlan::description(const Expression &value)
{
    std::string text;
    const Expression *step = &value;
    for (; step->kind == Expression::Kind::Cast; step = step->input)
        appendNumbers(text, {qint64(step->dtype), qint64(step->overflow)});
    if (step->kind == Expression::Kind::Source) {
        const Tensor &tensor = m_checkpoint.tensors()[step->tensor];
        appendNumbers(
            text, {qint64(tensor.storage), tensor.byteOffset, qint64(tensor.dtype), tensor.conjugated, tensor.negated});
        return text + shapeList(tensor.shape) + shapeList(m_checkpoint.strides(tensor));
    }
    // A copy and a new tensor have memory of their own, which no other has that is made alike.
    if (step->kind == Expression::Kind::Copy || !step->input) {
        if (step == &value)
            return "own " + std::to_string(m_owned++);
        appendNumbers(text += '#', {identity(*step)});
        return text;
    }
    text.append(std::to_string(int(step->kind))) += ' ';
    text += shapeList(*step->shape);
    if (step->arrangement)
        appendNumbers(text += '@', {identity(*step->arrangement)});
    if (step->input)
        appendNumbers(text += '#', {identity(*step->input)});
    return text;
}

quint32 StoragePlan::identity(const Expression &value)
{
    return numberOf(&value, [&] { return description(value); });
}

quint32 StoragePlan::identity(const Arrangement &arrangement)
{
    return numberOf(&arrangement, [&] {
        std::string text = "@";
        for (const SizeList &list : {arrangement.way.sizes, arrangement.way.strides}) {
            for (const qint64 number : list)
                appendNumbers(text, {number});
            text += ';';
        }
        const Resampling &resampling = arrangement.resampling;
        appendNumbers(text,
                      {arrangement.way.offset, arrangement.axis, qint64(arrangement.operation),
                       std::bit_cast<qint64>(arrangement.number), qint64(resampling.method), resampling.antialias,
                       resampling.alignCorners, resampling.channelsLast, resampling.inverted});
        for (const qint64 index : arrangement.indices)
            appendNumbers(text, {index});
        for (const double weight : arrangement.weights)
            appendNumbers(text += 'w', {std::bit_cast<qint64>(weight)});
        for (const Expression *input : arrangement.inputs)
            appendNumbers(text += '#', {identity(*input)});
        return text;
    });
}

quint32 StoragePlan::numberOf(const void *described, const std::function<std::string()> &describe)
{
    const auto known = m_identityOf.find(described);
    if (known != m_identityOf.end())
        return known->second;
    const std::string text = describe();
    const quint32 identity = m_identities.try_emplace(text, quint32(m_identities.size())).first->second;
    m_identityOf[described] = identity;
    return identity;
}

Findings StoragePlan::findings() const
{
    Findings findings;
    if (!m_untied.empty()) {
        findings.push_back({Finding::Severity::Info,
                            "ties-copied",
                            tr("%1 share memory in the source in a way that a torch file cannot say; each is written "
                               "by itself.")
                                .arg(listed(m_untied)),
                            {std::string(m_untied.front())}});
    }
    if (m_leftBytes > 0) {
        findings.push_back(
            {Finding::Severity::Info, "compacted",
             tr("%1 that the source stores and no saved tensor uses are left out.").arg(bytesText(m_leftBytes))});
    }
    return findings;
}
