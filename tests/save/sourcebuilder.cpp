// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/save/sourcebuilder.h"

#include <QFile>

#include <algorithm>

SourceBuilder::SourceBuilder(QString path) : m_path(std::move(path))
{
    m_parts.path = m_path;
    m_parts.format = Format::TorchZip;
    m_parts.strides.emplace_back();
}

StorageId SourceBuilder::storage(const QByteArray &bytes, Storage::Encoding encoding)
{
    if (encoding == Storage::Encoding::Inline) {
        const auto data = std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
        m_parts.storages.push_back({0, encoding, false, qint64(m_parts.inlineBytes.size()), bytes.size(), 0});
        m_parts.inlineBytes.insert(m_parts.inlineBytes.end(), data.begin(), data.end());
    } else {
        m_parts.storages.push_back({0, encoding, false, m_bytes.size(), bytes.size(), 0});
        m_bytes += bytes;
    }
    return StorageId(m_parts.storages.size() - 1);
}

void SourceBuilder::root(std::vector<std::string> path, bool isOptimizer)
{
    Root root;
    root.path = std::move(path);
    root.first = TensorIndex(m_parts.tensors.size());
    root.isOptimizer = isOptimizer;
    m_parts.roots.push_back(std::move(root));
}

TensorIndex SourceBuilder::view(std::string_view name, DType dtype, const Shape &shape, StorageId storage,
                                qint64 byteOffset, const Shape &strides)
{
    if (m_parts.roots.empty())
        root({});
    Tensor tensor;
    tensor.name = m_parts.names.store(name);
    tensor.dtype = dtype;
    tensor.shape = shape;
    tensor.storage = storage;
    tensor.byteOffset = byteOffset;
    tensor.root = RootId(m_parts.roots.size() - 1);
    if (!strides.isEmpty()) {
        tensor.contiguous = false;
        tensor.strides = quint32(m_parts.strides.size());
        m_parts.strides.push_back(strides);
    }
    m_parts.tensors.push_back(tensor);
    ++m_parts.roots.back().count;
    return TensorIndex(m_parts.tensors.size() - 1);
}

TensorIndex SourceBuilder::floats(std::string_view name, const Shape &shape, const std::vector<float> &values)
{
    return view(name, DType::Float32, shape, storage(floatBytes(values)));
}

ObjectId SourceBuilder::text(std::string_view text)
{
    ObjectNode node;
    node.kind = ObjectNode::Kind::Text;
    node.text = m_parts.objects.arena().store(text);
    return m_parts.objects.add(node);
}

ObjectId SourceBuilder::integer(qint64 number)
{
    ObjectNode node;
    node.kind = ObjectNode::Kind::Integer;
    node.integer = number;
    return m_parts.objects.add(node);
}

ObjectId SourceBuilder::object(TensorIndex tensor)
{
    ObjectNode node;
    node.kind = ObjectNode::Kind::Tensor;
    node.tensor = tensor;
    return m_parts.objects.add(node);
}

ObjectId SourceBuilder::container(ObjectNode::Kind kind, const std::vector<ObjectId> &children)
{
    ObjectNode node;
    node.kind = kind;
    return m_parts.objects.add(node, children);
}

ObjectId SourceBuilder::dict(const std::vector<std::pair<std::string_view, ObjectId>> &entries, ObjectNode::Kind kind)
{
    std::vector<ObjectId> children;
    for (const auto &[key, value] : entries) {
        children.push_back(text(key));
        children.push_back(value);
    }
    return container(kind, children);
}

ObjectId SourceBuilder::moduleVersions(const std::vector<std::pair<std::string_view, qint64>> &versions)
{
    std::vector<std::pair<std::string_view, ObjectId>> entries;
    for (const auto &[module, version] : versions)
        entries.emplace_back(module, dict({{"version", integer(version)}}));
    return dict(entries, ObjectNode::Kind::OrderedDict);
}

std::shared_ptr<const Checkpoint> SourceBuilder::build()
{
    QFile file(m_path);
    if (!file.open(QIODevice::WriteOnly) || file.write(m_bytes) != m_bytes.size())
        qFatal("a test file cannot be written: %s", qPrintable(file.errorString()));
    file.close();
    auto input = InputFile::open(m_path);
    if (!input)
        qFatal("a test file cannot be opened: %s", qPrintable(input.error().message));
    m_parts.files.push_back(*std::move(input));
    return std::make_shared<const Checkpoint>(std::move(m_parts));
}

PlanBuilder::PlanBuilder(std::shared_ptr<const Checkpoint> checkpoint, std::vector<std::string> rootPath)
    : m_checkpoint(std::move(checkpoint))
{
    m_table->rootPath = std::move(rootPath);
    m_table->rootChosen = true;
    m_table->memory = m_memory;
}

PlanBuilder &PlanBuilder::add(std::string_view before, std::string_view name, const Expression &value)
{
    Row row;
    row.name = m_memory->arena.store(name);
    row.value = m_memory->arena.make<Expression>(value);
    if (!before.empty() && before != name)
        row.history = HistoryMaker(m_memory->arena, 0).make(nullptr, before, name);
    m_table->rows.push_back(row);
    return *this;
}

PlanBuilder &PlanBuilder::copy(TensorIndex index, std::string_view name)
{
    const Tensor &tensor = m_checkpoint->tensors()[index];
    Expression value;
    value.dtype = tensor.dtype;
    value.tensor = index;
    value.shape = &tensor.shape;
    return add(tensor.name, name.empty() ? tensor.name : name, value);
}

PlanBuilder &PlanBuilder::cast(TensorIndex index, DType dtype, std::string_view name)
{
    copy(index, name);
    Expression value;
    value.kind = Expression::Kind::Cast;
    value.dtype = dtype;
    value.shape = m_table->rows.back().value->shape;
    value.input = m_table->rows.back().value;
    m_table->rows.back().value = m_memory->arena.make<Expression>(value);
    return *this;
}

PlanBuilder &PlanBuilder::zeros(std::string_view name, DType dtype, const Shape &shape)
{
    Expression value;
    value.kind = Expression::Kind::Zeros;
    value.dtype = dtype;
    value.shape = &m_memory->shapes.emplace_back(shape);
    return add({}, name, value);
}

PlanBuilder &PlanBuilder::copyAll()
{
    for (const Root &root : m_checkpoint->roots()) {
        if (root.path != m_table->rootPath)
            continue;
        for (quint32 i = 0; i < root.count; ++i)
            copy(root.first + i);
    }
    return *this;
}

Plan PlanBuilder::plan() const
{
    Plan plan;
    plan.checkpoint = m_checkpoint;
    plan.table = m_table;
    plan.outputs = Outputs::all(m_table->rows);
    return plan;
}

QByteArray floatBytes(const std::vector<float> &values)
{
    return QByteArray(reinterpret_cast<const char *>(values.data()), qsizetype(values.size() * sizeof(float)));
}
