// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/glob.h"
#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/formats/formats.h"
#include "model/stats/look.h"

#include <QStringList>

#include <array>
#include <cmath>

namespace {
using namespace Qt::StringLiterals;

/// What is told of one tensor.
struct TensorRow
{
    TensorIndex tensor;
    Result<Statistics> statistics;
};

struct StatsTable
{
    std::shared_ptr<const Checkpoint> checkpoint;
    std::vector<TensorRow> rows;
    Tally all; ///< of the rows together

    const Tensor &tensor(const TensorRow &row) const { return checkpoint->tensors()[row.tensor]; }
    /// Whether its numbers are integers, truth values among them.
    bool isWhole(const TensorRow &row) const
    {
        const DTypeKind kind = info(tensor(row).dtype).kind;
        return kind == DTypeKind::Integer || kind == DTypeKind::Bool || kind == DTypeKind::Quantized;
    }
};

void writeNumber(JsonWriter &json, long double number, bool isWhole)
{
    if (!isWhole || !std::isfinite(number))
        json.value(double(number));
    else if (number < 0)
        json.value(qint64(number));
    else
        json.raw(std::to_string(quint64(number)));
}

void writePosition(JsonWriter &json, std::optional<qint64> element, const Shape &shape)
{
    if (!element) {
        json.null();
        return;
    }
    json.beginArray();
    for (const qint64 index : positionOf(*element, shape))
        json.value(index);
    json.endArray();
}

/// The fields of numbers, of a tensor or of all.
void writeStatistics(JsonWriter &json, const Statistics &statistics, bool isWhole)
{
    writeNumber(json.key("min"), statistics.min, isWhole);
    writeNumber(json.key("max"), statistics.max, isWhole);
    json.key("mean").value(statistics.mean).key("std").value(statistics.std);
    json.key("l1").value(statistics.l1).key("l2").value(statistics.l2);
    json.key("count").value(statistics.count).key("zeros").value(statistics.zeros);
    json.key("nan").value(statistics.nan).key("inf").value(statistics.inf);
    json.key("quantiles").beginObject();
    for (std::size_t i = 0; i < quantileNames.size(); ++i)
        json.key(quantileNames[i]).value(statistics.quantiles[i]);
    json.endObject().key("quantiles_exact").value(statistics.areQuantilesExact);
    json.key("histogram").beginObject().key("edges").beginArray();
    for (const double edge : statistics.histogram.edges)
        json.value(edge);
    json.endArray().key("counts").beginArray();
    for (const qint64 count : statistics.histogram.counts)
        json.value(count);
    json.endArray().endObject();
}

/// The same fields where there is nothing to say.
void writeNothing(JsonWriter &json)
{
    for (const char *field : {"min", "max", "mean", "std", "l1", "l2", "count", "zeros", "nan", "inf", "quantiles",
                              "quantiles_exact", "histogram"})
        json.key(field).null();
}

std::string tableJson(const StatsTable &table)
{
    JsonWriter json;
    json.beginObject().key("tensors").beginArray();
    for (const TensorRow &row : table.rows) {
        const Tensor &tensor = table.tensor(row);
        json.beginObject().key("name").value(tensor.name);
        json.key("root").value(pathText(table.checkpoint->root(tensor.root).path));
        json.key("dtype").value(table.checkpoint->dtypeWord(tensor)).key("shape").raw(shapeList(tensor.shape));
        if (row.statistics) {
            writeStatistics(json, *row.statistics, table.isWhole(row));
            writePosition(json.key("first_nan"), row.statistics->firstNan, tensor.shape);
            writePosition(json.key("first_inf"), row.statistics->firstInf, tensor.shape);
        } else {
            writeNothing(json);
            json.key("problem").value(row.statistics.error().message.toStdString());
        }
        json.endObject();
    }
    json.endArray().key("total").beginObject();
    writeStatistics(json, table.all.statistics(), false);
    json.endObject().key("device").value("cpu").endObject();
    return json.take() + '\n';
}

QString numberText(long double number, bool isWhole)
{
    if (std::isnan(number))
        return u"NaN"_s;
    if (std::isinf(number))
        return number > 0 ? u"∞"_s : u"−∞"_s;
    if (isWhole)
        return number < 0 ? QString::number(qint64(number)) : QString::number(quint64(number));
    return QString::number(double(number), 'g', 5);
}

/// What is counted, as far as there is any, with the first places.
QString oddText(const Statistics &statistics, const Shape &shape)
{
    QStringList parts;
    const auto add = [&](qint64 count, const QString &what, std::optional<qint64> first) {
        if (count == 0)
            return;
        QString part = u"%1 %2"_s.arg(exactText(count), what);
        if (first) {
            QStringList position;
            for (const qint64 index : positionOf(*first, shape))
                position += QString::number(index);
            part += u", the first at [%1]"_s.arg(position.join(u", "_s));
        }
        parts += part;
    };
    add(statistics.nan, u"NaN"_s, statistics.firstNan);
    add(statistics.inf, u"infinite"_s, statistics.firstInf);
    return parts.join(u"; "_s);
}

using Cells = std::array<QString, 9>;

Cells cellsOf(const QString &name, const QString &dtype, const QString &shape, const Statistics &statistics,
              bool isWhole)
{
    constexpr std::size_t median = 4;
    return {name,
            dtype,
            shape,
            numberText(statistics.min, isWhole),
            numberText(statistics.quantiles[median], false),
            numberText(statistics.max, isWhole),
            numberText(statistics.mean, false),
            numberText(statistics.std, false),
            exactText(statistics.zeros)};
}

/// Rows in columns as wide as they need; a name that is longer than most does not push all others away.
void printTable(const Terminal &terminal, const StatsTable &table)
{
    constexpr qsizetype widestName = 60;
    struct Line
    {
        Cells cells;
        QString behind;
    };
    std::vector<Line> lines{
        {{u"tensor"_s, u"dtype"_s, u"shape"_s, u"min"_s, u"median"_s, u"max"_s, u"mean"_s, u"std"_s, u"zeros"_s}, {}}};
    for (const TensorRow &row : table.rows) {
        const Tensor &tensor = table.tensor(row);
        const QString name = displayName(tensor.name), dtype = table.checkpoint->dtypeText(tensor);
        const QString shape = shapeText(tensor.shape);
        if (row.statistics)
            lines.push_back({cellsOf(name, dtype, shape, *row.statistics, table.isWhole(row)),
                             oddText(*row.statistics, tensor.shape)});
        else
            lines.push_back({{name, dtype, shape}, row.statistics.error().message});
    }
    if (table.rows.size() > 1) {
        const QString all = u"all %1 together"_s.arg(exactText(qint64(table.rows.size())));
        const Statistics statistics = table.all.statistics();
        lines.push_back({cellsOf(all, {}, countText(statistics.count), statistics, false), oddText(statistics, {})});
    }
    std::array<qsizetype, std::tuple_size_v<Cells>> widths{};
    for (const Line &line : lines) {
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], std::min(line.cells[i].size(), i == 0 ? widestName : line.cells[i].size()));
    }
    for (const Line &line : lines) {
        QString text;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const QString &cell = line.cells[i];
            text += (i > 0 ? u"  "_s : QString())
                + (i < 3 ? cell.leftJustified(widths[i]) : cell.rightJustified(widths[i]));
        }
        if (!line.behind.isEmpty())
            text += u"  "_s + line.behind;
        while (text.endsWith(u' '))
            text.chop(1);
        terminal.line(text);
    }
}

/// What goes wrong after all was told; nothing when all could be read.
Result<int> outcome(const StatsTable &table)
{
    qint64 unread = 0;
    const Error *first = nullptr;
    for (const TensorRow &row : table.rows) {
        if (row.statistics)
            continue;
        ++unread;
        first = first ? first : &row.statistics.error();
    }
    if (unread == 0)
        return 0;
    Error error = *first;
    if (table.rows.size() > 1) {
        error.message = u"%1 of %2 tensors could not be looked at. The first: %3"_s.arg(
            exactText(unread), exactText(qint64(table.rows.size())), error.message);
    }
    return error;
}
}

Result<int> runStats(const StatsOptions &options, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    const auto device = DeviceChoice::parse(QString::fromStdString(options.device));
    if (!device)
        return device.error();
    TerminalProgress progress(u"looking"_s, verbosity.quiet);
    const auto [path, rootText] = splitSpec(QString::fromStdString(options.file));
    const auto checkpoint = openCheckpoint(path, progress);
    if (!checkpoint)
        return checkpoint.error();
    const auto root = rootNamed(**checkpoint, rootText);
    if (!root)
        return root.error();
    if (device->kind == DeviceChoice::Kind::Cuda)
        terminal.note(u"note: Statistics are computed on the processor, whatever --device says."_s);

    StatsTable table{*checkpoint, {}, {}};
    std::vector<TensorIndex> tensors;
    for (TensorIndex i = 0; i < (*checkpoint)->tensors().size(); ++i) {
        const Tensor &tensor = (*checkpoint)->tensors()[i];
        if ((!*root || tensor.root == **root) && globMatches(options.filter, tensor.name))
            tensors.push_back(i);
    }
    const auto take = [&](std::size_t number, Result<Tally> tally) -> Result<void> {
        if (!tally && tally.error().kind == Error::Kind::Cancelled)
            return tally.error();
        table.rows.push_back({tensors[number], tally ? Result<Statistics>(tally->statistics()) : tally.error()});
        if (tally)
            table.all.merge(*tally);
        return {};
    };
    if (const auto done = tallyTensors(*checkpoint, tensors, take, progress); !done)
        return done.error();
    table.all.firstNan = table.all.firstInf = std::nullopt; // of one tensor among them
    if (verbosity.json)
        terminal.out(tableJson(table));
    else
        printTable(terminal, table);
    return outcome(table);
}
