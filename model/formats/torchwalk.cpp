// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchwalk.h"

#include "model/base/text.h"
#include "model/formats/objectleaf.h"
#include "model/formats/plainvalue.h"
#include "model/formats/torchrebuild.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
using Kind = PickleNode::Kind;
using K = KnownGlobal;

/// Below this depth tensors are no longer named: their names would be longer than any real one.
constexpr std::size_t deepestNames = 1000;
constexpr std::size_t longestComponent = 4096;
constexpr std::size_t longestPrefix = 64 << 10;
constexpr std::size_t nodesPerCheck = 1 << 16;
constexpr std::size_t mapEntry = 64;
/// A container of so few plain values is shown again where it is met again; others become a reference.
constexpr quint32 smallContainer = 16;

QString tr(const char *text)
{
    return QCoreApplication::translate("TorchBinding", text);
}

/// How what is met below a container gets its name.
enum class Naming : quint8 {
    Places, ///< text keys open places, all other keys are folded into the name
    Folded, ///< all keys are folded into the name
    ModuleState, ///< the attributes of a torch module
    ModuleTensors, ///< its `_parameters` or `_buffers`
    Submodules, ///< its `_modules`
    SparseCoo, ///< arguments of a sparse tensor: its parts have fixed names
    SparseRows,
    SparseColumns,
    Unnamed, ///< too deep
};

struct Cursor
{
    quint32 place = 0;
    Naming naming = Naming::Places;
    bool byNumber = false;
    const PickleNode *leftOut = nullptr; ///< names of a module's buffers that its state dict leaves out
    std::string prefix = {};
};

struct Frame
{
    PickleNode *node = nullptr;
    ObjectId id{};
    quint32 next = 0;
    std::size_t firstChild = 0; ///< into the walk's list of children of open frames
    bool hasState = false;
    Cursor cursor;
};

/// The key under which a container holds a child; none for the parts of a call.
struct Key
{
    enum class Of : quint8 { Nothing, Sequence, Dict };
    Of of = Of::Nothing;
    quint32 index = 0;
    PickleValue value = {};
};

const PickleNode *stateDict(const PickleNode &call)
{
    const PickleNode *state = call.part(PickleNode::State).node();
    if (state && state->kind == Kind::Tuple && state->count > 0) // (dict, slots)
        state = state->items[0].node();
    return state && state->isDict() ? state : nullptr;
}

class Walk
{
public:
    Walk(PickleGraph &graph, ObjectTree &tree, Findings &findings)
        : m_graph(graph)
        , m_tree(tree)
        , m_findings(findings)
        , m_leaves(graph, tree)
    {
        m_found.places.emplace_back();
    }

    Result<FoundTensors> run(PickleValue root, const Progress &progress);

private:
    void visit(PickleValue value, const Key &key, const Cursor &above);
    void open(PickleNode &node, const Key &key, const Cursor &above);
    void step();
    void close();
    PickleValue nextPart(Frame &frame);
    void addTensor(PickleValue call, const Key &key, const Cursor &above);
    ObjectId reference(const PickleNode &node, ObjectId shown);
    ObjectNode nodeOf(const PickleNode &node) const;

    Cursor below(const PickleNode &node, const Key &key, const Cursor &above);
    Cursor moduleChild(const Key &key, const Cursor &above);
    Naming namingOf(const PickleNode &call, Naming naming) const;
    Naming sparseNaming(const PickleNode &call) const;
    bool isModule(const PickleNode &call) const;
    quint32 addPlace(quint32 parent, std::string component, std::string folded, bool isHidden);
    quint32 hiddenPlace(quint32 of);
    std::string keyText(const Key &key, Naming naming) const;
    PickleValue find(const PickleNode &dict, std::string_view key) const;

    PickleGraph &m_graph;
    ObjectTree &m_tree;
    Findings &m_findings;
    ObjectLeaves m_leaves;
    std::unordered_map<const PickleNode *, ObjectId> m_shown; ///< containers in the tree that may be met again
    FoundTensors m_found;
    std::vector<Frame> m_frames;
    LargeVector<ObjectId> m_children;
    std::size_t m_unreadable = 0;
    std::size_t m_tooDeep = 0;
};

Result<FoundTensors> Walk::run(PickleValue root, const Progress &progress)
{
    // Of a state dict, each tensor and its key are an object and a child, and mostly nothing else is.
    const std::size_t tensors = m_graph.persistentIds().size();
    const std::size_t objects = 2 * tensors + tensors / 64 + 16;
    m_tree.reserve(objects, objects);
    m_found.tensors.reserve(tensors);
    m_children.reserve(objects);
    visit(root, {}, {});
    // What is met again is shown again, and a short call may stand for a long text: a few bytes of pickle can ask for
    // any amount. Each text of the pickle may stand in the tree once more for nothing.
    const std::size_t most = m_graph.budget() + m_graph.source().size();
    const std::size_t graphBytes = m_graph.memory();
    for (std::size_t count = 1; !m_frames.empty(); ++count) {
        if (count % nodesPerCheck == 0 && progress.stopRequested())
            return Error{Error::Kind::Cancelled, tr("Opening was cancelled.")};
        step();
        if (graphBytes + m_tree.memory() + m_shown.size() * mapEntry > most) {
            return Error{Error::Kind::Damaged,
                         tr("its objects take more than %1, which its tensors do not need")
                             .arg(bytesText(qint64(m_graph.budget())))};
        }
    }
    m_tree.setRoot(m_children.front());
    if (m_unreadable > 0) {
        m_findings.push_back({Finding::Severity::Warning, "tensor-call",
                              tr("The file describes tensors in a way that no version of PyTorch does; they are shown "
                                 "as objects (%1 in all).")
                                  .arg(m_unreadable)});
    }
    if (m_tooDeep > 0) {
        m_findings.push_back({Finding::Severity::Warning, "depth",
                              tr("Tensors lie more than %2 levels deep in the file; they are shown as objects (%1 in "
                                 "all).")
                                  .arg(m_tooDeep)
                                  .arg(deepestNames)});
    }
    return std::move(m_found);
}

void Walk::visit(PickleValue value, const Key &key, const Cursor &above)
{
    if (ObjectLeaves::isLeaf(value)) {
        m_children.push_back(m_leaves.add(value));
        return;
    }
    PickleNode &node = *value.node();
    if (isTensorCall(value)) {
        const bool isNamed = above.naming != Naming::Unnamed;
        if (isNamed && readTensorCall(m_graph, value)) {
            addTensor(value, key, above);
            return;
        }
        ++(isNamed ? m_unreadable : m_tooDeep);
    }
    if (const auto shown = node.isMetAgain ? m_shown.find(&node) : m_shown.end(); shown != m_shown.end())
        m_children.push_back(reference(node, shown->second));
    else
        open(node, key, above);
}

ObjectId Walk::reference(const PickleNode &node, ObjectId shown)
{
    const auto isPlain = [](PickleValue value) { return ObjectLeaves::isLeaf(value); };
    const bool isSmall = node.count <= smallContainer && node.kind != Kind::Call
        && std::all_of(node.items, node.items + node.count, isPlain) && !m_graph.attributes(node);
    if (isSmall)
        return shown;
    ObjectNode cycle;
    cycle.kind = ObjectNode::Kind::Cycle;
    cycle.integer = quint32(shown);
    return m_tree.add(cycle);
}

ObjectNode Walk::nodeOf(const PickleNode &node) const
{
    using N = ObjectNode::Kind;
    ObjectNode made;
    switch (node.kind) {
    case Kind::Tuple: made.kind = N::Tuple; return made;
    case Kind::List: made.kind = N::List; return made;
    case Kind::Set: made.kind = N::Set; return made;
    case Kind::FrozenSet: made.kind = N::FrozenSet; return made;
    case Kind::Dict: made.kind = N::Dict; return made;
    case Kind::OrderedDict: made.kind = N::OrderedDict; return made;
    case Kind::DefaultDict: made.kind = N::DefaultDict; return made;
    case Kind::Counter: made.kind = N::Counter; return made;
    default: break;
    }
    made.kind = N::Call;
    if (node.kind == Kind::Persistent) {
        made.form = ObjectNode::Form::Persistent;
        return made;
    }
    made.form = node.form == PickleNode::Form::NewObject ? ObjectNode::Form::NewObject : ObjectNode::Form::Plain;
    made.grade = NameGrade::Unknown;
    if (const PickleNode *callee = PickleGraph::node(node.part(PickleNode::Callee), Kind::Global))
        made.grade = gradeOf(*m_graph.text(callee->items[0]), *m_graph.text(callee->items[1]));
    made.integer = (node.part(PickleNode::Keywords) ? ObjectNode::Keywords : 0)
        | (node.part(PickleNode::Elements) ? ObjectNode::Elements : 0)
        | (node.part(PickleNode::Pairs) ? ObjectNode::Pairs : 0);
    const auto plain = plainValue(m_graph, node);
    if (!plain)
        return made;
    made.kind = plain->kind;
    if (plain->kind != N::Value && plain->kind != N::Complex) {
        made.form = plain->form;
        if (plain->kind == N::Float)
            made.number = plain->number;
        else
            made.integer = plain->integer;
    }
    made.text = m_tree.arena().store(plain->text);
    return made;
}

void Walk::open(PickleNode &node, const Key &key, const Cursor &above)
{
    Frame frame;
    frame.node = &node;
    frame.id = m_tree.add(nodeOf(node));
    if (node.isMetAgain)
        m_shown.emplace(&node, frame.id);
    frame.firstChild = m_children.size();
    frame.cursor = below(node, key, above);
    if (m_frames.size() >= deepestNames || frame.cursor.prefix.size() > longestPrefix)
        frame.cursor = {frame.cursor.place, Naming::Unnamed};
    if (FoundPlace &place = m_found.places[frame.cursor.place]; place.object == noObject && !place.isHidden)
        place.object = frame.id;
    m_frames.push_back(std::move(frame));
}

/// The parts of a call in the order in which the tree has them: callee, arguments, keywords, elements, pairs, state.
PickleValue Walk::nextPart(Frame &frame)
{
    constexpr std::array order{PickleNode::Callee,   PickleNode::Arguments, PickleNode::Keywords,
                               PickleNode::Elements, PickleNode::Pairs,     PickleNode::State};
    while (frame.next < order.size()) {
        const PickleNode::Part part = order[frame.next++];
        if (const PickleValue value = frame.node->part(part)) {
            frame.hasState = part == PickleNode::State;
            return value;
        }
    }
    return {};
}

void Walk::step()
{
    // visit() may open a frame and move the others: nothing of `frame` is used after it.
    Frame &frame = m_frames.back();
    PickleNode &node = *frame.node;
    if (node.kind == Kind::Call) {
        const bool isNumpyScalar = m_tree[frame.id].form == ObjectNode::Form::Array;
        const PickleValue part = isNumpyScalar ? PickleValue() : nextPart(frame);
        if (!part) {
            close();
            return;
        }
        Cursor cursor = frame.cursor;
        if (cursor.naming == Naming::ModuleState && !frame.hasState)
            cursor = {hiddenPlace(cursor.place), Naming::Folded};
        visit(part, {}, cursor);
        return;
    }
    if (frame.next < node.count) {
        const quint32 index = frame.next++;
        const PickleValue value = node.items[index];
        const Cursor &cursor = frame.cursor;
        if (!node.isDict())
            visit(value, {Key::Of::Sequence, index}, Cursor(cursor));
        else if (index % 2 == 0)
            visit(value, {Key::Of::Sequence, index},
                  ObjectLeaves::isLeaf(value) ? Cursor() : Cursor{hiddenPlace(cursor.place), Naming::Folded});
        else
            visit(value, {Key::Of::Dict, index, node.items[index - 1]}, Cursor(cursor));
        return;
    }
    const PickleValue attributes = frame.hasState ? PickleValue() : m_graph.attributes(node);
    if (!attributes) {
        close();
        return;
    }
    frame.hasState = true;
    visit(attributes, {}, {hiddenPlace(frame.cursor.place), Naming::Folded});
}

void Walk::close()
{
    const Frame frame = std::move(m_frames.back());
    m_frames.pop_back();
    std::span<const ObjectId> children = std::span<const ObjectId>(m_children).subspan(frame.firstChild);
    if (frame.hasState) {
        m_tree[frame.id].state = children.back();
        children = children.first(children.size() - 1);
    }
    m_tree.setChildren(frame.id, children);
    m_children.resize(frame.firstChild);
    m_children.push_back(frame.id);
}

void Walk::addTensor(PickleValue call, const Key &key, const Cursor &above)
{
    std::string text = keyText(key, above.naming);
    FoundTensor found;
    found.place = above.place;
    const bool isLeftOut = above.naming == Naming::ModuleState
        || (above.leftOut
            && std::any_of(above.leftOut->items, above.leftOut->items + above.leftOut->count,
                           [&](PickleValue name) { return m_graph.text(name) == text; }));
    if (isLeftOut)
        found.place = hiddenPlace(above.place);
    if (key.of == Key::Of::Nothing) {
        text = above.prefix.empty() ? "tensor" : std::string();
        found.name = text.empty()
            ? m_tree.arena().store(std::string_view(above.prefix).substr(0, above.prefix.size() - 1))
            : m_tree.arena().store(text);
    } else if (above.prefix.empty() && key.of == Key::Of::Dict && m_graph.text(key.value)) {
        found.name = m_tree[m_children.back()].text; // the key was visited just before
    } else {
        found.name = m_tree.arena().store(above.prefix, text);
    }
    ObjectNode node;
    node.kind = ObjectNode::Kind::Tensor;
    found.object = m_tree.add(node);
    found.call = call;
    ++m_found.places[found.place].tensors;
    m_found.places[found.place].byNumber += above.byNumber ? 1 : 0;
    m_found.tensors.push_back(found);
    m_children.push_back(found.object);
}

std::string Walk::keyText(const Key &key, Naming naming) const
{
    constexpr std::array<std::array<std::string_view, 3>, 3> sparseParts{{
        {"indices", "values", ""},
        {"crow_indices", "col_indices", "values"},
        {"ccol_indices", "row_indices", "values"},
    }};
    if (key.of == Key::Of::Dict) {
        const auto text = m_graph.text(key.value);
        return text ? std::string(*text) : shortText(m_graph, key.value);
    }
    const bool isSparse =
        naming == Naming::SparseCoo || naming == Naming::SparseRows || naming == Naming::SparseColumns;
    if (isSparse && key.index < 3) {
        const auto part = sparseParts[std::size_t(naming) - std::size_t(Naming::SparseCoo)][key.index];
        if (!part.empty())
            return std::string(part);
    }
    return std::to_string(key.index);
}

Cursor Walk::below(const PickleNode &node, const Key &key, const Cursor &above)
{
    Cursor cursor = above;
    const bool isCall = node.kind == Kind::Call;
    const Naming sparse = isCall ? sparseNaming(node) : Naming::Places;
    const bool isInSparse = above.naming >= Naming::SparseCoo && above.naming <= Naming::SparseColumns;
    if (above.naming == Naming::Unnamed)
        return cursor;
    if (isInSparse || key.of == Key::Of::Nothing) {
        cursor.naming = isCall ? namingOf(node, above.naming) : above.naming;
        return cursor;
    }
    if (above.naming == Naming::ModuleState)
        return moduleChild(key, above);
    const std::string text = keyText(key, above.naming);
    const bool isTextKey = key.of == Key::Of::Dict && m_graph.text(key.value);
    if (above.naming == Naming::Places && isTextKey && sparse == Naming::Places && text.size() <= longestComponent) {
        std::string folded = above.prefix.substr(0, above.prefix.empty() ? 0 : above.prefix.size() - 1);
        cursor.place = addPlace(above.place, text, std::move(folded), false);
        cursor.prefix.clear();
    } else {
        cursor.prefix += text.substr(0, longestComponent) + '.';
        cursor.byNumber |= key.of == Key::Of::Dict && PickleGraph::integer(key.value).has_value();
    }
    if (above.naming == Naming::Submodules || above.naming == Naming::ModuleTensors)
        cursor.naming = Naming::Folded;
    cursor.leftOut = nullptr;
    if (isCall)
        cursor.naming = sparse != Naming::Places ? sparse : namingOf(node, cursor.naming);
    return cursor;
}

/// Below an attribute of a module: its parameters, buffers and submodules carry its name on, all else is left out of
/// its state dict.
Cursor Walk::moduleChild(const Key &key, const Cursor &above)
{
    Cursor cursor = above;
    const std::string text = keyText(key, above.naming);
    cursor.leftOut = nullptr;
    if (text == "_parameters" || text == "_buffers") {
        cursor.naming = Naming::ModuleTensors;
        const PickleNode *state = m_frames.back().node;
        const PickleNode *names = state->isDict() ? find(*state, "_non_persistent_buffers_set").node() : nullptr;
        if (text == "_buffers" && names && names->kind == Kind::Set)
            cursor.leftOut = names;
    } else if (text == "_modules") {
        cursor.naming = Naming::Submodules;
    } else {
        cursor.place = hiddenPlace(above.place);
        cursor.naming = Naming::Folded;
        cursor.prefix += text.substr(0, longestComponent) + '.';
    }
    return cursor;
}

Naming Walk::namingOf(const PickleNode &call, Naming naming) const
{
    if (isModule(call))
        return Naming::ModuleState;
    // A TorchScript object holds tensors and submodules as plain attributes.
    const PickleNode *callee = PickleGraph::node(call.part(PickleNode::Callee), Kind::Global);
    const bool isScript = callee && m_graph.text(callee->items[0])->starts_with("__torch__");
    return isScript && naming == Naming::Places ? Naming::Folded : naming;
}

Naming Walk::sparseNaming(const PickleNode &call) const
{
    const K function = PickleGraph::known(call.part(PickleNode::Callee));
    if (function != K::RebuildSparse && function != K::RebuildSparseCsr)
        return Naming::Places;
    const PickleNode *arguments = PickleGraph::node(call.part(PickleNode::Arguments), Kind::Tuple);
    const PickleNode *layout = arguments && arguments->count > 0 ? arguments->items[0].node() : nullptr;
    const auto plain = layout ? plainValue(m_graph, *layout) : std::nullopt;
    if (!plain || plain->text == "torch.sparse_coo")
        return Naming::SparseCoo;
    return plain->text.ends_with("csc") || plain->text.ends_with("bsc") ? Naming::SparseColumns : Naming::SparseRows;
}

bool Walk::isModule(const PickleNode &call) const
{
    const PickleNode *state = stateDict(call);
    return state && find(*state, "_modules") && find(*state, "_parameters");
}

PickleValue Walk::find(const PickleNode &dict, std::string_view key) const
{
    constexpr quint32 attributesOfAModule = 256;
    for (quint32 i = 0; i + 1 < std::min(dict.count, 2 * attributesOfAModule); i += 2) {
        if (m_graph.text(dict.items[i]) == key)
            return dict.items[i + 1];
    }
    return {};
}

quint32 Walk::addPlace(quint32 parent, std::string component, std::string folded, bool isHidden)
{
    FoundPlace place;
    place.parent = parent;
    place.component = std::move(component);
    place.folded = std::move(folded);
    place.isHidden = isHidden;
    m_found.places.push_back(std::move(place));
    return quint32(m_found.places.size() - 1);
}

quint32 Walk::hiddenPlace(quint32 of)
{
    if (m_found.places[of].isHidden)
        return of;
    if (m_found.places[of].hidden == 0) {
        const quint32 added = addPlace(of, "(not in the state dict)", {}, true);
        m_found.places[of].hidden = added;
    }
    return m_found.places[of].hidden;
}
}

Result<FoundTensors> walkObjects(PickleGraph &graph, PickleValue root, ObjectTree &tree, Findings &findings,
                                 const Progress &progress)
{
    return Walk(graph, tree, findings).run(root, progress);
}
