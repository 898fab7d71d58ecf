// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/safetensorswriter.h"

#include "model/base/text.h"
#include "model/save/moduleversions.h"

#include <QCoreApplication>
#include <QtEndian>

#include <algorithm>
#include <array>
#include <numeric>

namespace {
constexpr std::size_t mostHeaderBytes = 100'000'000; // the reference reads and writes no more
constexpr std::string_view metadataKey = "__metadata__";

/// The reference's enumeration (formats §4.2); data is written in its descending order.
constexpr std::array<std::string_view, 22> dtypeOrder{
    "BOOL", "F4",  "F6_E2M3", "F6_E3M2", "U8",  "I8",  "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ",
    "I16",  "U16", "F16",     "BF16",    "I32", "U32", "F32",     "C64",     "F64",     "I64",         "U64",
};

QString tr(const char *text)
{
    return QCoreApplication::translate("SafetensorsWriter", text);
}

std::ptrdiff_t rank(DType dtype)
{
    const auto found = std::find(dtypeOrder.begin(), dtypeOrder.end(), info(dtype).safetensors);
    return found - dtypeOrder.begin();
}

/// As serde_json escapes, so that headers are equal to the reference's.
std::string quoted(std::string_view text)
{
    constexpr std::string_view special = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    constexpr char digits[] = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const std::size_t at = special.find(c);
        if (at != std::string_view::npos) {
            out += '\\';
            out += letters[at];
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += digits[c >> 4];
            out += digits[c & 0xF];
        } else {
            out += c;
        }
    }
    return out + '"';
}

Error unsupported(const Row &row, const QString &why)
{
    return {Error::Kind::Unsupported,
            tr("“%1” cannot be saved in a safetensors file: %2.").arg(displayName(row.name), why)};
}

Result<void> checkRow(const Row &row)
{
    if (info(row.value->dtype).safetensors.empty())
        return unsupported(row, tr("the format has no dtype %1").arg(QString::fromLatin1(word(row.value->dtype))));
    if (row.value->dtype == DType::Float4E2M1FNx2 && row.value->shape->isEmpty())
        return unsupported(row, tr("the format counts float4 values one by one, and a scalar holds two"));
    if (row.name == metadataKey)
        return unsupported(row, tr("the format uses that name itself"));
    if (!isUtf8(row.name))
        return unsupported(row, tr("its name is not valid UTF-8"));
    return {};
}

/// The shape in a header: a float4 element of ours is two of the format's.
std::string shapeJson(const Expression &value)
{
    SizeList sizes = value.shape->sizes();
    if (value.dtype == DType::Float4E2M1FNx2)
        sizes.back() *= 2;
    std::string text = "[";
    for (const qint64 size : sizes)
        text += (text.size() > 1 ? "," : "") + std::to_string(size);
    return text + ']';
}

std::string metadataJson(const SaveOptions &options)
{
    std::vector<std::pair<std::string, std::string>> entries{{"format", "pt"}};
    for (const auto &[key, value] : options.metadata) {
        const auto found =
            std::find_if(entries.begin(), entries.end(), [wanted = &key](const auto &e) { return e.first == *wanted; });
        if (found == entries.end())
            entries.emplace_back(key, value);
        else
            found->second = value;
    }
    std::string text = quoted(metadataKey) + ":{";
    for (const auto &[key, value] : entries)
        text += (text.back() == '{' ? "" : ",") + quoted(key) + ':' + quoted(value);
    return text + '}';
}

/// Indices of the outputs in the order of the file.
std::vector<quint32> fileOrder(const Plan &plan)
{
    std::vector<quint32> order(plan.outputs.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](quint32 left, quint32 right) {
        const Row &a = plan.outputs[left];
        const Row &b = plan.outputs[right];
        const auto rankA = rank(a.value->dtype);
        const auto rankB = rank(b.value->dtype);
        return rankA != rankB ? rankA > rankB : a.name < b.name;
    });
    return order;
}

/// Outputs whose source tensors share bytes of one storage: one finding for each such group.
Findings tiesBroken(const Plan &plan)
{
    struct Extent
    {
        StorageId storage;
        qint64 begin;
        qint64 end;
        std::string_view name;
    };
    std::vector<Extent> extents;
    const Checkpoint &checkpoint = *plan.checkpoint;
    for (const Row &row : plan.outputs) {
        if (!isCopy(*row.value) || elements(*row.value) == 0)
            continue;
        const Tensor &tensor = checkpoint.tensors()[row.value->tensor];
        extents.push_back(
            {tensor.storage, tensor.byteOffset, tensor.byteOffset + extentBytes(checkpoint, tensor), row.name});
    }
    std::stable_sort(extents.begin(), extents.end(), [](const Extent &a, const Extent &b) {
        return std::pair(a.storage, a.begin) < std::pair(b.storage, b.begin);
    });
    Findings findings;
    for (std::size_t first = 0; first < extents.size();) {
        std::vector<std::string_view> tied{extents[first].name};
        qint64 end = extents[first].end;
        std::size_t next = first + 1;
        for (; next < extents.size() && extents[next].storage == extents[first].storage && extents[next].begin < end;
             ++next) {
            tied.push_back(extents[next].name);
            end = std::max(end, extents[next].end);
        }
        if (tied.size() > 1) {
            findings.push_back({Finding::Severity::Info,
                                "ties-copied",
                                tr("%1 share their values in the source; the safetensors file holds a copy for each.")
                                    .arg(listed(tied)),
                                {std::string(tied.front())}});
        }
        first = next;
    }
    return findings;
}
}

Result<Layout> safetensorsLayout(const Plan &plan, const SaveOptions &options)
{
    for (const Row &row : plan.outputs) {
        if (const auto ok = checkRow(row); !ok)
            return ok.error();
    }
    Layout layout;
    layout.outputs.resize(plan.outputs.size());
    std::string header = '{' + metadataJson(options);
    qint64 end = 0;
    for (const quint32 index : fileOrder(plan)) {
        const Row &row = plan.outputs[index];
        const qint64 bytes = byteCount(*row.value);
        header += ',' + quoted(row.name) + ":{\"dtype\":" + quoted(info(row.value->dtype).safetensors)
            + ",\"shape\":" + shapeJson(*row.value) + ",\"data_offsets\":[" + std::to_string(end) + ','
            + std::to_string(end + bytes) + "]}";
        layout.outputs[index].piece = quint32(layout.pieces.size());
        layout.pieces.push_back({end, bytes, pieceSource(*plan.checkpoint, *row.value)});
        if (__builtin_add_overflow(end, bytes, &end))
            return unsupported(row, tr("the file would be larger than any disk"));
    }
    header += '}';
    header.resize((header.size() + 7) / 8 * 8, ' ');
    if (header.size() > mostHeaderBytes) {
        return Error{Error::Kind::Unsupported,
                     tr("The names do not fit a safetensors file: its header would take %1, and readers accept %2.")
                         .arg(bytesText(qint64(header.size())), bytesText(qint64(mostHeaderBytes)))};
    }
    const qint64 dataStart = 8 + qint64(header.size());
    for (Piece &piece : layout.pieces)
        piece.offset += dataStart;
    layout.bytes = dataStart + end;
    std::string prefix(8, '\0');
    qToLittleEndian(quint64(header.size()), prefix.data());
    layout.literals = [start = Literal{0, prefix + header}](std::span<const quint32>) { return std::vector{start}; };
    append(layout.findings, tiesBroken(plan));
    append(layout.findings, metadataDropped(plan, options.metadata));
    append(layout.findings, allVersionsDropped(plan));
    append(layout.findings, valuesBeside(plan));
    append(layout.findings, valuesAmong(plan));
    return layout;
}
